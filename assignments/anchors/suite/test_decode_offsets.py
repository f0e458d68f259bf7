"""Tests of `decode_offsets`: the boxes, every sigma, the way back from an encoding, and gradients."""

from __future__ import annotations

import torch
from anchors_cases import draw_boxes, draw_grid_boxes, near
from anchors_oracle import decode_spec, encode_spec, gradients_of
from anchors_probes import (
    answers,
    answers_and_arguments,
    check_arguments,
    check_device,
    check_gradients,
    ending_on_meta,
    gradients,
)

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

pytestmark = task("decode_offsets")

_SIGMA = (0.1, 0.3, 0.5, 0.7)


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
    ]
    single = (draw_grid_boxes(rng, 4), rng.normal(4, 4))
    *found, last = student.run(answers, "decode_offsets", [*cases, single])
    assert_close(found, [decode_spec(*case) for case in cases])
    assert_close(last, decode_spec(*single), atol=1e-5)


@needs_value
@weight(2)
def test_gradients_flow_to_anchors_and_offsets(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to the anchors and to the offsets.

    随机的上游梯度能流回锚框和偏移量。
    """
    case = (
        [draw_boxes(rng, 3), rng.normal(3, 4, dtype=torch.float64)],
        rng.normal(3, 4, dtype=torch.float64),
        [_SIGMA],
    )
    expected = gradients_of(decode_spec, *case[:2], *case[2])
    check_gradients(student.run(gradients, "decode_offsets", [case]), [expected])


@needs_value
@weight(2)
def test_encoded_boxes_come_back(student: Student, rng: Rng) -> None:
    """Encoded boxes come back, zeros give the anchors, views work, and the arguments are unchanged.

    编码过的框能够还原；全为零的偏移量得到锚框本身；视图能处理；参数没有改变。
    """
    anchors = draw_boxes(rng, 6)
    boxes = near(rng, anchors)
    cases = [
        (anchors, encode_spec(anchors, boxes)),
        (anchors, encode_spec(anchors, boxes, _SIGMA), _SIGMA),
        (anchors[:1], torch.zeros_like(anchors[:1])),
        (anchors[::2], encode_spec(anchors, boxes)[::2].mT.contiguous().mT),
    ]
    found = student.run(answers_and_arguments, "decode_offsets", cases)
    assert_close([answer for answer, _ in found], [boxes, boxes, anchors[:1], boxes[::2]])
    check_arguments(found, cases)
    check_device(student.run(ending_on_meta, "decode_offsets", [anchors, anchors], {}))
