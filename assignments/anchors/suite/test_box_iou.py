"""Tests of `box_iou`: every pair, boxes that do not overlap, gradients, and a size that needs no loop over pairs."""

from __future__ import annotations

from typing import Any

import torch
from anchors_cases import draw_boxes, draw_grid_boxes, near
from anchors_oracle import gradients_of, iou_spec, iou_with_graph
from anchors_probes import answers, answers_from_one_buffer, check_gradients, gradients
from torch import Tensor

from grader.suite import (
    Rng,
    Student,
    assert_close,
    assert_keeps_promises,
    needs_value,
    probe,
    require,
    task,
    visible,
    weight,
)

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
    point = torch.ones(1, 4)
    assert_close(student.box_iou(point, point), torch.zeros(1, 1))


@weight(5)
def test_every_pair_has_its_overlap(student: Student, rng: Rng) -> None:
    """Every pair has its IoU: overlapping, nested, disjoint, tiny and large boxes, also where N equals M.

    每一对框都得到自己的 IoU：重叠、嵌套、分离、极小和很大的框都对，N 与 M 相等时也一样。
    """
    square, few = draw_boxes(rng, 4), draw_boxes(rng, 3)
    inner = torch.cat((few[:, :2] + 0.05, few[:, 2:] - 0.05), dim=1)
    apart, tiny = _lattice(rng.device), draw_grid_boxes(rng, 3) / 2**17
    cases = [
        (few, near(rng, torch.cat((few, few[:2])))),
        (square, near(rng, square)),
        (few, inner),
        (apart, apart[:3]),
        (draw_grid_boxes(rng, 5), draw_grid_boxes(rng, 2)),
        (tiny, tiny),
        (draw_grid_boxes(rng, 2) * 2**13 - 2**15, draw_grid_boxes(rng, 4) * 2**13 - 2**15),
        (few[:1], near(rng, few)),
        (square, near(rng, square[:1])),
        (few[:1], near(rng, few[:1])),
    ]
    assert_close(student.run(answers, "box_iou", cases), [iou_spec(*case) for case in cases], cases=cases)
    again = [(few, near(rng, few)), (few + 0.25, near(rng, few))]
    found = student.run(answers_from_one_buffer, "box_iou", again)
    assert_close(found, [iou_spec(*case) for case in again], cases=again)


@needs_value
@weight(2)
def test_gradients_flow_to_both_boxes(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to the corners of both arguments.

    随机的上游梯度能流回两个参数中各个框的角。
    """
    cases = []
    for n, m in ((2, 3), (3, 3), (1, 1)):
        a, b = draw_boxes(rng, n), draw_boxes(rng, m)
        b[0] = near(rng, a[:1])[0]
        cases.append(([a, b], rng.normal(m, n, dtype=torch.float64).mT, []))
    same = near(rng, draw_boxes(rng, 1).repeat(3, 1))
    cases.append(([same, same], rng.normal(3, 3, dtype=torch.float64).fill_diagonal_(0.0), []))
    expected = [gradients_of(iou_with_graph, *case[:2]) for case in cases]
    check_gradients(student.run(gradients, "box_iou", cases), expected, cases)


@needs_value
@weight(2)
def test_touching_empty_and_missing_boxes(student: Student, rng: Rng) -> None:
    """Touching boxes, boxes without area and no boxes give numbers, and never NaN.

    相接触的框、没有面积的框以及没有框时都能得出数值，绝不出现 NaN。
    """
    boxes = draw_grid_boxes(rng, 3)
    touching = torch.tensor([[0.0, 0, 1, 1], [1, 0, 2, 1], [0, 1, 1, 2], [1, 1, 2, 2]], device=rng.device)
    empty = torch.tensor([[1.0, 1, 1, 1], [0.5, 0, 0.5, 2], [3, 4, 5, 4], [1, 1, 1, 1]], device=rng.device)
    cases = [
        (touching, touching),
        (empty, empty),
        (empty, touching),
        (touching / 2**16, empty / 2**16),
        (boxes[:0], boxes),
        (boxes, boxes[:0]),
        (boxes[:0], boxes[:0]),
    ]
    assert_close(student.run(answers, "box_iou", cases), [iou_spec(*case) for case in cases], cases=cases)


@needs_value
@weight(1)
def test_rules_of_the_statement(student: Student, rng: Rng) -> None:
    """The rules hold: views, both dtypes, the arguments' device and torch's other settings, unchanged arguments.

    遵守各条规则：视图、两种 dtype、参数所在的设备、torch 的其他设置，参数不改变。
    """
    args = (draw_grid_boxes(rng, 4), draw_grid_boxes(rng, 4))
    assert_keeps_promises(student, "box_iou", iou_spec, args, rng=rng, without=("gradients",))


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
    shape, part = student.run(some_of_many, a, b, 61, 53)
    require(shape == [500, 500], "the shape of the result is not (N, M)", "结果的形状不是 (N, M)")
    assert_close(part, iou_spec(a[::61], b[::53]))


def _lattice(device: str) -> Tensor:
    """Boxes that are disjoint along x, along y, and along both."""
    rows = [[0, 0, 1, 1], [0, 3, 2, 4], [3, 0, 4, 2], [3, 3, 4, 4], [-3, -4, -1, -2]]
    return torch.tensor(rows, dtype=torch.float64, device=device)
