"""Tests of `decode_offsets`: the boxes, every sigma, the way back from an encoding, and gradients."""

from __future__ import annotations

import torch
from anchors_cases import draw_boxes, draw_grid_boxes, near
from anchors_oracle import decode_spec, encode_spec, gradients_of
from anchors_probes import answers, answers_from_one_buffer, check_gradients, gradients

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("decode_offsets")

_SIGMA = (0.13, 0.37, 0.53, 0.71)

_SHIFTS = torch.tensor([1.0, 1.0, 0.0, 0.0], dtype=torch.float64)
_STRETCHES = torch.tensor(
    [[0, 0, 25, 0], [1, -1, 0, 20], [0, 2, -15, -10], [0, 0, 12, 12]], dtype=torch.float64
)  # of up to e**14, and down to e**-8


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    anchors = torch.tensor([[0.15, 0.2, 0.4, 0.4], [0.0, 0.0, 2.0, 1.0]], dtype=torch.float64)
    offsets = torch.tensor([[1.4, 10.0, 2.593969, 7.175423], [10.0, 0.0, 0.0, 0.0]], dtype=torch.float64)
    expected = torch.tensor([[0.1, 0.08, 0.52, 0.92], [2.0, 0.0, 4.0, 1.0]], dtype=torch.float64)
    assert_close(student.decode_offsets(anchors, offsets), expected, atol=1e-6)
    assert_close(student.decode_offsets(anchors[:0], offsets[:0]), expected[:0])


@weight(5)
def test_random_offsets_follow_the_formulas(student: Student, rng: Rng) -> None:
    """Random offsets become the right boxes, for the default sigma and for four different ones.

    随机的偏移量变成正确的框，无论 `sigma` 取默认值还是四个不同的数。
    """
    anchors, four = draw_boxes(rng, 5), draw_boxes(rng, 4)
    cases = [
        (anchors, 2 * rng.normal(5, 4, dtype=torch.float64)),
        (anchors, rng.normal(5, 4, dtype=torch.float64), _SIGMA),
        (four * 50 - 20, rng.normal(4, 4, dtype=torch.float64), _SIGMA),
        (four / 2**16, rng.normal(4, 4, dtype=torch.float64) * 1e-4),
        (four, rng.normal(4, 4, dtype=torch.float64) * 2e4 * _SHIFTS.to(rng.device)),
        (four * 2e4, _STRETCHES.to(rng.device), _SIGMA),
        (four, four),
    ]
    single = [(draw_grid_boxes(rng, 4), rng.normal(4, 4))]
    *found, last = student.run(answers, "decode_offsets", cases + single)
    assert_close(found, [decode_spec(*case) for case in cases], cases=cases)
    assert_close([last], [decode_spec(*case) for case in single], atol=1e-5, cases=single)
    again = [(draw_boxes(rng, 3), rng.normal(3, 4, dtype=torch.float64)) for _ in range(2)]
    found = student.run(answers_from_one_buffer, "decode_offsets", again)
    assert_close(found, [decode_spec(*case) for case in again], cases=again)


@needs_value
@weight(2)
def test_gradients_flow_to_anchors_and_offsets(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to the anchors and to the offsets.

    随机的上游梯度能流回锚框和偏移量。
    """
    anchors, offsets = draw_boxes(rng, 3), rng.normal(3, 4, dtype=torch.float64)
    cases = [
        ([anchors, offsets], rng.normal(3, 4, dtype=torch.float64), [_SIGMA]),
        ([anchors, torch.zeros_like(offsets)], rng.normal(4, 3, dtype=torch.float64).mT, []),
        ([anchors, offsets + _STRETCHES[:3].to(rng.device)], rng.normal(3, 4, dtype=torch.float64), [_SIGMA]),
    ]
    expected = [gradients_of(decode_spec, inputs, cotangent, *rest) for inputs, cotangent, rest in cases]
    check_gradients(student.run(gradients, "decode_offsets", cases), expected, cases)


@needs_value
@weight(2)
def test_encoded_boxes_come_back(student: Student, rng: Rng) -> None:
    """Encoded boxes come back, zeros give the anchors, and one row, none, and views of any kind work.

    编码过的框能够还原；全为零的偏移量得到锚框本身；只有一行、一行也没有以及各种视图都能处理。
    """
    anchors = draw_boxes(rng, 6)
    boxes = near(rng, anchors)
    cases = [
        (anchors, encode_spec(anchors, boxes)),
        (anchors, encode_spec(anchors, boxes, _SIGMA), _SIGMA),
        (anchors[:1], torch.zeros_like(anchors[:1])),
        (anchors[::2], encode_spec(anchors, boxes)[::2].mT.contiguous().mT),
        (anchors[:0], boxes[:0], _SIGMA),
    ]
    expected = [boxes, boxes, anchors[:1], boxes[::2], boxes[:0]]
    assert_close(student.run(answers, "decode_offsets", cases), expected, cases=cases)


@needs_value
@weight(1)
def test_rules_of_the_statement(student: Student, rng: Rng) -> None:
    """The rules hold: views, both dtypes, the arguments' device and torch's other settings, unchanged arguments.

    遵守各条规则：视图、两种 dtype、参数所在的设备、torch 的其他设置，参数不改变。
    """
    args = (draw_boxes(rng, 4), rng.normal(4, 4, dtype=torch.float64), _SIGMA)
    assert_keeps_promises(student, "decode_offsets", decode_spec, args, rng=rng, atol=1e-5, without=("gradients",))
