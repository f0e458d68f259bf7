"""Tests of `assign_anchors`: both phases, ties that cannot be rounded away, and sets without enough boxes."""

from __future__ import annotations

import torch
from anchors_cases import draw_anchor_set, draw_grid_boxes
from anchors_oracle import assign_spec
from anchors_probes import answers, answers_and_arguments, check_arguments
from torch import Tensor

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

pytestmark = task("assign_anchors")


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    anchors = torch.tensor(
        [
            [0, 0.1, 0.2, 0.3],
            [0.15, 0.2, 0.4, 0.4],
            [0.63, 0.05, 0.88, 0.98],
            [0.66, 0.45, 0.8, 0.8],
            [0.57, 0.3, 0.92, 0.9],
        ]
    )
    gt = torch.tensor([[0.1, 0.08, 0.52, 0.92], [0.55, 0.2, 0.9, 0.88]])
    assert_close(student.assign_anchors(anchors, gt), torch.tensor([-1, 0, 1, -1, 1]))


@weight(5)
def test_random_sets_follow_both_phases(student: Student, rng: Rng) -> None:
    """Both phases give the right ground truth to every anchor, whichever of the two are more.

    两个阶段为每个锚框分配正确的真实框，不论锚框与真实框哪一种更多。
    """
    inside = [[0, 0, 8, 1], [0, 0, 7, 1], [0, 0, 5, 1]]  # the second one's best partner is taken in phase 1
    cases = [(_boxes(rng, inside[:2]).double(), _boxes(rng, inside[::2]).double(), 0.5)]
    for number in range(40):
        num_anchors, num_gt = 1 + number % 8, 1 + number // 8 % 4
        iou_threshold = rng.choice([0.3, 0.5, 0.6])
        cases.append((*draw_anchor_set(rng, num_anchors, num_gt, iou_threshold), iou_threshold))
    found = student.run(answers, "assign_anchors", cases)
    assert_close(found, [assign_spec(*case) for case in cases])


@needs_value
@weight(2)
def test_ties_and_overlaps_equal_to_the_threshold(student: Student, rng: Rng) -> None:
    """Ties go to the smaller index, an IoU equal to the threshold is enough, and leftovers need no overlap.

    IoU 相等时取较小的下标；IoU 等于阈值就够了；最后剩下的配对不需要重叠。
    """
    scale = 2.0 ** float(rng.integers(-3, 4))
    halves = [[0, 0, 1, 1], [0, 0, 1, 0.5], [0, 0.5, 1, 1]]
    cases = [
        (halves, [[0, 0, 1, 1]], 0.5),
        ([[0, 0, 1, 1], [0, 0, 0.5, 0.5], [0, 0, 0.5, 0.25]], [[0, 0, 1, 1]], 0.25),
        (halves[1:], [[0, 0, 1, 1]], 0.75),
        (halves[:1], halves[1:], 0.5),
        ([[0, 0, 1, 1], [1, 0, 2, 1], [0, 0, 2, 1]], [[0, 0, 1, 1], [1, 0, 2, 1]], 0.5),
        (halves, [[0, 0, 1, 1], [0, 0, 1, 1]], 0.5),
        ([[0, 0, 1, 1], [5, 5, 6, 6], [7, 7, 8, 8]], [[0, 0, 1, 1], [2, 2, 3, 3]], 0.5),
    ]
    scaled = [(_boxes(rng, anchors) * scale, _boxes(rng, gt) * scale, threshold) for anchors, gt, threshold in cases]
    found = student.run(answers, "assign_anchors", scaled)
    assert_close(found, [assign_spec(*case) for case in scaled])


@needs_value
@weight(2)
def test_no_ground_truth_and_single_precision(student: Student, rng: Rng) -> None:
    """Without ground truth all is background; float32, views and the default threshold work; arguments stay.

    没有真实框时全部是背景；float32、视图和默认阈值都能处理；参数保持原样。
    """
    anchors = draw_grid_boxes(rng, 6)
    cases = [
        (anchors, anchors[:0], 0.5),
        (anchors, anchors[:0]),
        (anchors[::2], anchors[1::2] + 4.0, 0.5),
        (anchors[:1], anchors[:1] + 1 / 64),
        (anchors.mT.contiguous().mT, _boxes(rng, [[-8, -8, -4, -4]]), 0.75),
    ]
    found = student.run(answers_and_arguments, "assign_anchors", cases)
    assert_close([answer for answer, _ in found], [assign_spec(*case) for case in cases])
    check_arguments(found, cases)


def _boxes(rng: Rng, rows: list[list[float]]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float32, device=rng.device)
