"""Tests of `assign_anchors`: both phases, ties that cannot be rounded away, and sets without enough boxes."""

from __future__ import annotations

import torch
from anchors_cases import FINE, draw_anchor_set, draw_boxes
from anchors_oracle import assign_spec
from anchors_probes import answers, answers_from_one_buffer
from torch import Tensor

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("assign_anchors")


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
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
    assert_close(student.assign_anchors(anchors, gt[:0]), torch.tensor([-1, -1, -1, -1, -1]))
    halves = torch.tensor([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.5]])
    assert_close(student.assign_anchors(halves, halves[:1]), torch.tensor([0, 0]))


@weight(5)
def test_random_sets_follow_both_phases(student: Student, rng: Rng) -> None:
    """Both phases give the right ground truth to every anchor, whichever of the two are more.

    两个阶段为每个锚框分配正确的真实框，不论锚框与真实框哪一种更多。
    """
    inside = [[0, 0, 8, 1], [0, 0, 7, 1], [0, 0, 5, 1]]  # the second one's best partner is taken in phase 1
    cases = [(_boxes(rng, inside[:2]).double(), _boxes(rng, inside[::2]).double(), 0.5)]
    for number in range(32):
        num_anchors, num_gt = 1 + number % 8, 1 + number // 8 % 4
        iou_threshold = rng.choice([0.3, 0.37, 0.5, 0.6])
        cases.append((*draw_anchor_set(rng, num_anchors, num_gt, iou_threshold), iou_threshold))
    found = student.run(answers, "assign_anchors", cases)
    assert_close(found, [assign_spec(*case) for case in cases], cases=cases)
    again = [draw_anchor_set(rng, 4, 3, 0.5) for _ in range(2)]
    found = student.run(answers_from_one_buffer, "assign_anchors", again)
    assert_close(found, [assign_spec(*case) for case in again], cases=again)


@needs_value
@weight(2)
def test_ties_and_overlaps_equal_to_the_threshold(student: Student, rng: Rng) -> None:
    """Ties go to the smaller index, an IoU equal to the threshold is enough, and leftovers need no overlap.

    IoU 相等时取较小的下标；IoU 等于阈值就够了；最后剩下的配对不需要重叠。
    """
    halves = [[0, 0, 1, 1], [0, 0, 1, 0.5], [0, 0.5, 1, 1]]
    cases = [
        (halves, [[0, 0, 1, 1]], 0.5),
        ([[0, 0, 1, 1], [0, 0, 0.5, 0.5], [0, 0, 0.5, 0.25]], [[0, 0, 1, 1]], 0.25),
        (halves[1:], [[0, 0, 1, 1]], 0.75),
        (halves[:1], halves[1:], 0.5),
        ([[0, 0, 1, 1], [1, 0, 2, 1], [0, 0, 2, 1]], [[0, 0, 1, 1], [1, 0, 2, 1]], 0.5),
        (halves, [[0, 0, 1, 1], [0, 0, 1, 1]], 0.5),
        ([[0, 0, 1, 1], [5, 5, 6, 6], [7, 7, 8, 8]], [[0, 0, 1, 1], [2, 2, 3, 3]], 0.5),
        ([[0, 0, 1, 1], [5, 5, 6, 6], [7, 7, 8, 8]], [[0, 0, 1, 1], [2, 2, 3, 3]], 0.0),
        ([*halves, *halves], [[0, 0, 1, 0.5]], 1.0),
    ]
    scaled = [
        (_boxes(rng, anchors) * scale, _boxes(rng, gt) * scale, threshold)
        for scale in (2.0**-16, 2.0**12)
        for anchors, gt, threshold in cases
    ]
    # The IoU that is larger by little wins, and reaches a threshold that the other one misses.
    fine = _boxes(rng, [[0, 0, 1, 0.5], [0, 0, 1, 0.5]]).double()
    fine[1, 3] += FINE
    whole = _boxes(rng, [[0, 0, 1, 1]]).double()
    scaled += [(whole, fine, 0.5), (fine, whole, 0.5), (torch.cat((whole, fine)), whole, 0.5 + FINE)]
    found = student.run(answers, "assign_anchors", scaled)
    assert_close(found, [assign_spec(*case) for case in scaled], cases=scaled)


@needs_value
@weight(2)
def test_no_ground_truth_and_the_default_threshold(student: Student, rng: Rng) -> None:
    """Without ground truth all is background, the default threshold counts, and one box may be on both sides.

    没有真实框时全部是背景；不给阈值时使用默认值；同一个框可以同时出现在两边。
    """
    anchors = draw_boxes(rng, 6)
    nested = _boxes(rng, [[0, 0, 16, 1], [0, 0, 9, 1], [0, 0, 8, 1], [0, 0, 7, 1]])
    cases = [
        (anchors, anchors[:0], 0.5),
        (anchors, anchors[:0]),
        (anchors[:1], anchors[:1] + 1 / 64),
        (nested, nested[:1]),
        (nested, nested),
        (nested[1:], _boxes(rng, [[-8, -8, -4, -4]]), 0.75),
    ]
    assert_close(student.run(answers, "assign_anchors", cases), [assign_spec(*case) for case in cases], cases=cases)


@needs_value
@weight(1)
def test_rules_of_the_statement(student: Student, rng: Rng) -> None:
    """The rules hold: views, both dtypes, the arguments' device and torch's other settings, unchanged arguments.

    遵守各条规则：视图、两种 dtype、参数所在的设备、torch 的其他设置，参数不改变。
    """
    anchors, gt = draw_anchor_set(rng, 5, 2, 0.37)
    assert_keeps_promises(student, "assign_anchors", assign_spec, (anchors, gt, 0.37), rng=rng, without=("gradients",))
    # Nothing depends on the numbers here, so that it goes without data too.
    left_out = ("gradients", "views", "float32", "same arguments again", "gradients off", "another default dtype")
    args, left_out = (
        (anchors, gt[:0]),
        (*left_out, "arguments unchanged", "settings unchanged", "another default device"),
    )
    assert_keeps_promises(student, "assign_anchors", assign_spec, args, rng=rng, without=left_out)


def _boxes(rng: Rng, rows: list[list[float]]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float32, device=rng.device)
