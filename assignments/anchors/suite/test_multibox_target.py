"""Tests of `multibox_target`: offsets, mask and classes of one image, also without any object."""

from __future__ import annotations

import torch
from anchors_cases import draw_anchor_set, draw_grid_boxes
from anchors_oracle import target_spec
from anchors_probes import answers, answers_and_arguments, check_arguments
from torch import Tensor

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

pytestmark = task("multibox_target")

_DTYPES = (torch.float32, torch.float64)


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    anchors = torch.tensor([[0, 0.1, 0.2, 0.3], [0.15, 0.2, 0.4, 0.4], [0.63, 0.05, 0.88, 0.98]])
    labels = torch.tensor([[0, 0.1, 0.08, 0.52, 0.92], [1, 0.55, 0.2, 0.9, 0.88]])
    offsets = torch.tensor([[0, 0, 0, 0], [1.4, 10, 2.593969, 7.175423], [-1.2, 0.268817, 1.682361, -1.565431]])
    mask = torch.tensor([[0.0] * 4, [1.0] * 4, [1.0] * 4])
    found = student.multibox_target(anchors, labels)
    assert_close(found, (offsets, mask, torch.tensor([0, 1, 2])), atol=1e-4)


@weight(5)
def test_random_images_give_offsets_mask_and_classes(student: Student, rng: Rng) -> None:
    """Assigned anchors have the offsets, mask and class of their object, and background has zeros.

    有物体的锚框得到该物体的偏移量、掩码和类别，背景锚框则都是零。
    """
    cases = []
    for number in range(16):
        num_anchors, num_gt = 1 + number % 8, 1 + number // 4 % 3
        iou_threshold = (0.3, 0.5, 0.6)[number % 3]
        anchors, gt = draw_anchor_set(rng, num_anchors, num_gt, iou_threshold)
        cases.append((anchors, _labels(rng, gt), iou_threshold))
    found = student.run(answers, "multibox_target", cases)
    assert_close(found, [target_spec(*case) for case in cases])


@needs_value
@weight(2)
def test_image_without_objects(student: Student, rng: Rng) -> None:
    """Without any object everything is background, in the dtype of the anchors.

    没有任何物体时全部是背景，dtype 与锚框相同。
    """
    cases = [(draw_grid_boxes(rng, 3, dtype), torch.zeros(0, 5, dtype=dtype, device=rng.device)) for dtype in _DTYPES]
    found = student.run(answers, "multibox_target", cases)
    assert_close(found, [target_spec(*case) for case in cases])


@needs_value
@weight(2)
def test_exact_threshold_and_single_precision(student: Student, rng: Rng) -> None:
    """An IoU equal to the threshold is enough, float32 and views work, and the arguments are unchanged.

    IoU 等于阈值就够了；float32 和视图都能处理；参数没有改变。
    """
    halves = torch.tensor([[0, 0, 1, 1], [0, 0, 1, 0.5], [0, 0.5, 1, 1], [0, 0, 0.5, 0.5]], device=rng.device)
    cases = [
        (halves, _labels(rng, halves[:1])),
        (halves[1:], _labels(rng, halves[:1]), 0.25),
        (halves.mT.contiguous().mT[::2], _labels(rng, halves)[::2], 0.75),
    ]
    found = student.run(answers_and_arguments, "multibox_target", cases)
    assert_close([answer for answer, _ in found], [target_spec(*case) for case in cases], atol=1e-5)
    check_arguments(found, cases)


def _labels(rng: Rng, gt: Tensor) -> Tensor:
    """Puts a class from 0 to 6 before every box, all different."""
    classes = rng.permutation(7)[: len(gt), None].to(gt.dtype)
    return torch.cat((classes, gt), dim=1)
