"""Tests of `box_iou`: every pair, boxes that do not overlap, gradients, and a size that needs no loop over pairs."""

from __future__ import annotations

from typing import Any

import torch
from anchors_cases import draw_boxes, draw_grid_boxes, near
from anchors_oracle import gradients_of, iou_spec, iou_with_graph
from anchors_probes import (
    answers,
    answers_and_arguments,
    check_arguments,
    check_device,
    check_gradients,
    ending_on_meta,
    gradients,
)
from torch import Tensor

from grader.suite import Rng, Student, assert_close, needs_value, probe, task, visible, weight

pytestmark = task("box_iou")


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    a = torch.tensor([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 1.0, 1.0]])
    b = torch.tensor([[1.0, 1.0, 3.0, 3.0], [0.0, 0.0, 2.0, 1.0], [5.0, 5.0, 6.0, 6.0]])
    assert_close(student.box_iou(a, b), torch.tensor([[1 / 7, 0.5, 0.0], [0.0, 0.5, 0.0]]))


@weight(5)
def test_every_pair_has_its_overlap(student: Student, rng: Rng) -> None:
    """Every pair has its IoU: overlapping, nested, disjoint, tiny and large boxes, also where N equals M.

    每一对框都得到自己的 IoU：重叠、嵌套、分离、极小和很大的框都对，N 与 M 相等时也一样。
    """
    square, few = draw_boxes(rng, 4), draw_boxes(rng, 3)
    inner = torch.cat((few[:, :2] + 0.05, few[:, 2:] - 0.05), dim=1)
    apart = _lattice(rng.device)
    cases = [
        (few, near(rng, torch.cat((few, few[:2])))),
        (square, near(rng, square)),
        (few, inner),
        (apart, apart[:3]),
        (draw_grid_boxes(rng, 5), draw_grid_boxes(rng, 2)),
        (draw_grid_boxes(rng, 3) / 2**16, draw_grid_boxes(rng, 3) / 2**16),
        (draw_grid_boxes(rng, 2) * 2**12 - 2**13, draw_grid_boxes(rng, 4) * 2**12 - 2**13),
    ]
    assert_close(student.run(answers, "box_iou", cases), [iou_spec(*case) for case in cases])


@needs_value
@weight(2)
def test_gradients_flow_to_both_boxes(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to the corners of both arguments.

    随机的上游梯度能流回两个参数中各个框的角。
    """
    cases = []
    for n, m in ((2, 3), (3, 3)):
        a, b = draw_boxes(rng, n), draw_boxes(rng, m)
        b[0] = near(rng, a[:1])[0]
        cases.append(([a, b], rng.normal(n, m, dtype=torch.float64), []))
    expected = [gradients_of(iou_with_graph, *case[:2]) for case in cases]
    check_gradients(student.run(gradients, "box_iou", cases), expected)


@needs_value
@weight(2)
def test_touching_empty_and_missing_boxes(student: Student, rng: Rng) -> None:
    """Touching boxes, boxes without area, no boxes and views give numbers, and the arguments are unchanged.

    相接触的框、没有面积的框、没有框以及视图都能得出数值，参数没有改变。
    """
    boxes, wide = draw_grid_boxes(rng, 6), draw_grid_boxes(rng, 4, torch.float64)
    touching = torch.tensor([[0.0, 0, 1, 1], [1, 0, 2, 1], [0, 1, 1, 2], [1, 1, 2, 2]], device=rng.device)
    empty = torch.tensor([[1.0, 1, 1, 1], [0.5, 0, 0.5, 2], [3, 4, 5, 4], [1, 1, 1, 1]], device=rng.device)
    cases = [
        (touching, touching),
        (empty, empty),
        (empty, touching),
        (boxes[::2], boxes[1::2]),
        (wide, wide.mT.contiguous().mT),
        (boxes[:0], boxes[:3]),
        (boxes[:3], boxes[:0]),
    ]
    found = student.run(answers_and_arguments, "box_iou", cases)
    assert_close([answer for answer, _ in found], [iou_spec(*case) for case in cases])
    check_arguments(found, cases)
    check_device(student.run(ending_on_meta, "box_iou", [boxes, boxes[:3]], {}))


@probe
def some_of_many(solution: Any, a: Tensor, b: Tensor, row_step: int, column_step: int) -> tuple[list[int], Tensor]:
    """Returns the shape of the whole result and some rows and columns of it."""
    result = solution.box_iou(a, b)
    return list(result.shape), result[::row_step, ::column_step]


@needs_value
@weight(1)
def test_many_boxes_take_no_loop_over_pairs(student: Student, rng: Rng) -> None:
    """Hundreds of boxes on both sides are done within the time limit.

    两边各有几百个框时，也能在时间限制内算完。
    """
    a, b = draw_boxes(rng, 500), draw_boxes(rng, 500)
    expected = ([500, 500], iou_spec(a[::61], b[::53]))
    assert_close(student.run(some_of_many, a, b, 61, 53), expected)


def _lattice(device: str) -> Tensor:
    """Boxes that are disjoint along x, along y, and along both."""
    rows = [[0, 0, 1, 1], [0, 3, 2, 4], [3, 0, 4, 2], [3, 3, 4, 4], [-3, -4, -1, -2]]
    return torch.tensor(rows, dtype=torch.float64, device=device)
