"""Tests of `multibox_target`: offsets, mask and classes of one image, also without any object."""

from __future__ import annotations

import torch
from anchors_cases import FINE, draw_anchor_set, draw_boxes
from anchors_oracle import target_spec
from anchors_probes import answers, answers_from_one_buffer
from torch import Tensor

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("multibox_target")

_DTYPES = (torch.float32, torch.float64)


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    anchors = torch.tensor([[0, 0.1, 0.2, 0.3], [0.15, 0.2, 0.4, 0.4], [0.63, 0.05, 0.88, 0.98]])
    labels = torch.tensor([[0, 0.1, 0.08, 0.52, 0.92], [1, 0.55, 0.2, 0.9, 0.88]])
    offsets = torch.tensor([[0, 0, 0, 0], [1.4, 10, 2.593969, 7.175423], [-1.2, 0.268817, 1.682361, -1.565459]])
    mask = torch.tensor([[0.0] * 4, [1.0] * 4, [1.0] * 4])
    found = student.multibox_target(anchors, labels)
    assert_close(found, (offsets, mask, torch.tensor([0, 1, 2])), atol=1e-5)
    zeros = torch.zeros(3, 4)
    assert_close(student.multibox_target(anchors, labels[:0]), (zeros, zeros, torch.tensor([0, 0, 0])))


@weight(5)
def test_random_images_give_offsets_mask_and_classes(student: Student, rng: Rng) -> None:
    """Assigned anchors have the offsets, mask and class of their object, and background has zeros.

    有物体的锚框得到该物体的偏移量、掩码和类别，背景锚框则都是零。
    """
    cases = []
    for number in range(14):
        num_anchors, num_gt = 1 + number % 8, 1 + number // 4 % 3
        iou_threshold = (0.3, 0.37, 0.6)[number % 3]
        anchors, gt = draw_anchor_set(rng, num_anchors, num_gt, iou_threshold)
        cases.append((anchors, _labels(rng, gt), iou_threshold))
    found = student.run(answers, "multibox_target", cases)
    assert_close(found, [target_spec(*case) for case in cases], cases=cases)
    images = [draw_anchor_set(rng, 4, 3, 0.5) for _ in range(2)]
    again = [(anchors, _labels(rng, gt)) for anchors, gt in images]
    found = student.run(answers_from_one_buffer, "multibox_target", again)
    assert_close(found, [target_spec(*case) for case in again], cases=again)


@needs_value
@weight(2)
def test_image_without_objects(student: Student, rng: Rng) -> None:
    """Without any object everything is background, in the dtype of the anchors.

    没有任何物体时全部是背景，dtype 与锚框相同。
    """
    anchors = draw_boxes(rng, 3)
    cases = [(anchors.to(dtype), torch.zeros(0, 5, dtype=dtype, device=rng.device)) for dtype in _DTYPES]
    cases.append((anchors[:1], cases[1][1], 0.0))
    found = student.run(answers, "multibox_target", cases)
    assert_close(found, [target_spec(*case) for case in cases], cases=cases)


@needs_value
@weight(2)
def test_ties_and_overlaps_equal_to_the_threshold(student: Student, rng: Rng) -> None:
    """An IoU equal to the threshold is enough, at any scale, and objects may share their class.

    IoU 等于阈值就够了，框的尺度任意；不同的物体可以是同一类别。
    """
    halves = torch.tensor([[0, 0, 1, 1], [0, 0, 1, 0.5], [0, 0.5, 1, 1], [0, 0, 0.5, 0.5]], device=rng.device)
    nested = torch.tensor([[0.0, 0, 16, 1], [0, 0, 9, 1], [0, 0, 8, 1], [0, 0, 7, 1]], device=rng.device)
    wide = halves.double()
    fine = wide[[1, 1]]
    fine[1, 3] += FINE
    same = torch.tensor([[2.0], [0], [2], [20000], [0]], device=rng.device)
    cases = [
        (halves, _labels(rng, halves[:1])),
        (nested, _labels(rng, nested[:1])),
        (halves[1:] / 2**16, _labels(rng, halves[:1] / 2**16), 0.25),
        (halves.flip(0) * 2**13 - 2**14, _labels(rng, halves[:1] * 2**13 - 2**14), 0.5),
        (halves, _labels(rng, halves[1:3] + 4), 0.0),
        (halves[[0, 1, 1]], _labels(rng, halves[1:2]), 1.0),
        (halves.mT.contiguous().mT[::2], _labels(rng, halves)[::2], 0.75),
        (halves, torch.cat((same, torch.cat((halves, halves[:1] - 2))), dim=1)),
        (wide[:1], _labels(rng, fine)),
        (torch.cat((wide[:1], fine)), _labels(rng, wide[:1]), 0.5 + FINE),
    ]
    found = student.run(answers, "multibox_target", cases)
    assert_close(found, [target_spec(*case) for case in cases], atol=1e-5, cases=cases)


@needs_value
@weight(1)
def test_rules_of_the_statement(student: Student, rng: Rng) -> None:
    """The rules hold: views, both dtypes, the arguments' device and torch's other settings, unchanged arguments.

    遵守各条规则：视图、两种 dtype、参数所在的设备、torch 的其他设置，参数不改变。
    """
    anchors, gt = draw_anchor_set(rng, 5, 2, 0.37)
    args = (anchors, _labels(rng, gt), 0.37)
    left_out = ("gradients",)
    assert_keeps_promises(student, "multibox_target", target_spec, args, rng=rng, atol=1e-5, without=left_out)


def _labels(rng: Rng, gt: Tensor) -> Tensor:
    """Puts a class from 0 to 6 before every box, all different."""
    classes = rng.permutation(7)[: len(gt), None].to(gt.dtype)
    return torch.cat((classes, gt), dim=1)
