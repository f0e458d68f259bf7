"""Tests of `encode_offsets`: the four numbers, every sigma, and gradients."""

from __future__ import annotations

import torch
from anchors_cases import draw_boxes, draw_grid_boxes, near
from anchors_oracle import encode_spec, gradients_of
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

pytestmark = task("encode_offsets")

_SIGMA = (0.1, 0.3, 0.5, 0.7)


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
        (four / 2**12, near(rng, four) / 2**12),
    ]
    single = (draw_grid_boxes(rng, 4), draw_grid_boxes(rng, 4))
    *found, last = student.run(answers, "encode_offsets", [*cases, single])
    assert_close(found, [encode_spec(*case) for case in cases])
    assert_close(last, encode_spec(*single), atol=1e-5)


@needs_value
@weight(2)
def test_gradients_flow_to_both_boxes(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to the corners of both arguments.

    随机的上游梯度能流回两个参数中各个框的角。
    """
    anchors = draw_boxes(rng, 3)
    case = ([anchors, near(rng, anchors)], rng.normal(3, 4, dtype=torch.float64), [_SIGMA])
    expected = gradients_of(encode_spec, *case[:2], *case[2])
    check_gradients(student.run(gradients, "encode_offsets", [case]), [expected])


@needs_value
@weight(2)
def test_equal_boxes_single_rows_and_views(student: Student, rng: Rng) -> None:
    """Equal boxes give zeros, one row and views work, the arguments are unchanged, and no device is assumed.

    相同的框得到零；只有一行和视图都能处理；参数没有改变；没有认定某个固定的设备。
    """
    boxes, wide = draw_grid_boxes(rng, 4, torch.float64), draw_boxes(rng, 6)
    cases = [
        (boxes, boxes.clone()),
        (wide[:1], wide[1:2], _SIGMA),
        (wide[::2], wide[1::2]),
        (wide.mT.contiguous().mT, wide.flip(0), _SIGMA),
    ]
    found = student.run(answers_and_arguments, "encode_offsets", cases)
    assert_close([answer for answer, _ in found], [encode_spec(*case) for case in cases])
    check_arguments(found, cases)
    check_device(student.run(ending_on_meta, "encode_offsets", [wide, wide], {}))
