"""Tests of `encode_offsets`: the four numbers, every sigma, and gradients."""

from __future__ import annotations

import torch
from anchors_cases import draw_boxes, draw_grid_boxes, near
from anchors_oracle import encode_spec, gradients_of
from anchors_probes import answers, answers_from_one_buffer, check_gradients, gradients

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("encode_offsets")

_SIGMA = (0.13, 0.37, 0.53, 0.71)


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    anchors = torch.tensor([[0.15, 0.2, 0.4, 0.4], [0.0, 0.0, 2.0, 1.0]], dtype=torch.float64)
    boxes = torch.tensor([[0.1, 0.08, 0.52, 0.92], [2.0, 0.0, 4.0, 1.0]], dtype=torch.float64)
    expected = torch.tensor([[1.4, 10.0, 2.593969, 7.175423], [10.0, 0.0, 0.0, 0.0]], dtype=torch.float64)
    assert_close(student.encode_offsets(anchors, boxes), expected, atol=1e-6)
    assert_close(student.encode_offsets(anchors[:0], boxes[:0]), expected[:0])


@weight(5)
def test_random_boxes_follow_the_formulas(student: Student, rng: Rng) -> None:
    """The four numbers follow their formulas, for the default sigma and for four different ones.

    四个数都符合各自的公式，无论 `sigma` 取默认值还是四个不同的数。
    """
    anchors, four = draw_boxes(rng, 5), draw_boxes(rng, 4)
    cases = [
        (anchors, near(rng, anchors)),
        (anchors, draw_boxes(rng, 5), _SIGMA),
        (four * 50 - 20, draw_boxes(rng, 4) * 50 - 20, _SIGMA),
        (four / 2**16, near(rng, four) / 2**16),
        (four * 2e4, near(rng, four) * 2e4, _SIGMA),
        (torch.cat((four / 2**12, four * 2**12)), torch.cat((four * 2**12, four / 2**12))),  # far apart in size
    ]
    single = [(draw_grid_boxes(rng, 4), draw_grid_boxes(rng, 4))]
    *found, last = student.run(answers, "encode_offsets", cases + single)
    assert_close(found, [encode_spec(*case) for case in cases], cases=cases)
    assert_close([last], [encode_spec(*case) for case in single], atol=1e-5, cases=single)
    again = [(draw_boxes(rng, 3), draw_boxes(rng, 3)) for _ in range(2)]
    found = student.run(answers_from_one_buffer, "encode_offsets", again)
    assert_close(found, [encode_spec(*case) for case in again], cases=again)


@needs_value
@weight(2)
def test_gradients_flow_to_both_boxes(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to the corners of both arguments.

    随机的上游梯度能流回两个参数中各个框的角。
    """
    anchors = draw_boxes(rng, 3)
    cases = [
        ([anchors, near(rng, anchors)], rng.normal(3, 4, dtype=torch.float64), [_SIGMA]),
        ([anchors * 100, anchors / 100], rng.normal(4, 3, dtype=torch.float64).mT, []),
    ]
    expected = [gradients_of(encode_spec, inputs, cotangent, *rest) for inputs, cotangent, rest in cases]
    check_gradients(student.run(gradients, "encode_offsets", cases), expected, cases)


@needs_value
@weight(2)
def test_equal_boxes_single_rows_and_no_rows(student: Student, rng: Rng) -> None:
    """Equal boxes give zeros, and one row, none, and views of any kind work.

    相同的框得到零；只有一行、一行也没有以及各种视图都能处理。
    """
    boxes, wide = draw_grid_boxes(rng, 4, torch.float64), draw_boxes(rng, 6)
    cases = [
        (boxes, boxes),
        (wide[:1], wide[1:2], _SIGMA),
        (wide[:0], wide[:0]),
        (wide[:0], wide[:0], _SIGMA),
        (wide[::2], wide[1::2]),
        (wide.mT.contiguous().mT, wide.flip(0), _SIGMA),
    ]
    assert_close(student.run(answers, "encode_offsets", cases), [encode_spec(*case) for case in cases], cases=cases)


@needs_value
@weight(1)
def test_rules_of_the_statement(student: Student, rng: Rng) -> None:
    """The rules hold: views, both dtypes, the arguments' device and torch's other settings, unchanged arguments.

    遵守各条规则：视图、两种 dtype、参数所在的设备、torch 的其他设置，参数不改变。
    """
    args = (draw_boxes(rng, 4), draw_boxes(rng, 4), _SIGMA)
    assert_keeps_promises(student, "encode_offsets", encode_spec, args, rng=rng, atol=1e-5, without=("gradients",))
