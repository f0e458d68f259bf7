"""Plausible wrong versions of `assign_anchors`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `assign_anchors` assigns by the threshold alone; every ground truth gets an anchor of its own first.",
    zh="你的 `assign_anchors` 只按阈值分配；每个真实框要先得到一个属于自己的锚框。",
)
def threshold_only(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best >= iou_threshold, best_gt, assigned)
    return assigned


@mutant(
    en="Your `assign_anchors` stops after phase 1; the other anchors may reach the threshold as well.",
    zh="你的 `assign_anchors` 在阶段一之后就结束了；其余锚框也可能达到阈值。",
)
def greedy_only(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    for _ in range(min(iou.shape)):
        row, column = divmod(int(iou.argmax()), len(gt))
        assigned[row] = column
        iou[row] = -1
        iou[:, column] = -1
    return assigned


@mutant(
    en="Your `assign_anchors` gives each ground truth its best anchor even if another one has taken it already.",
    zh="你的 `assign_anchors` 把最合适的锚框分给每个真实框，即使它已经被别的真实框占用。",
)
def best_anchor_of_each(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best >= iou_threshold, best_gt, assigned)
    for column in range(len(gt)):
        assigned[int(iou[:, column].argmax())] = column
    return assigned


@mutant(
    en="Your `assign_anchors` lets the ground truths choose one after the other; the largest IoU of all comes first.",
    zh="你的 `assign_anchors` 让真实框按下标的次序挑选；应当先取所有配对中最大的 IoU。",
)
def one_ground_truth_after_the_other(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best >= iou_threshold, best_gt, assigned)
    for column in range(min(iou.shape)):
        row = int(iou[:, column].argmax())
        assigned[row] = column
        iou[row] = -1
    return assigned


@mutant(
    en="Your `assign_anchors` does not take a used anchor out of phase 1, so that a later ground truth overwrites it.",
    zh="你的 `assign_anchors` 没有把用过的锚框移出阶段一，后来的真实框会覆盖它。",
)
def rows_stay_in_play(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best >= iou_threshold, best_gt, assigned)
    for _ in range(min(iou.shape)):
        row, column = divmod(int(iou.argmax()), len(gt))
        assigned[row] = column
        iou[:, column] = -1
    return assigned


@mutant(
    en="Your `assign_anchors` does not take a used ground truth out of phase 1, so that it takes several anchors.",
    zh="你的 `assign_anchors` 没有把用过的真实框移出阶段一，它会占用多个锚框。",
)
def columns_stay_in_play(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best >= iou_threshold, best_gt, assigned)
    for _ in range(min(iou.shape)):
        row, column = divmod(int(iou.argmax()), len(gt))
        assigned[row] = column
        iou[row] = -1
    return assigned


@mutant(
    en="Your `assign_anchors` divides the flat index by the number of anchors; a row is as long as `gt`.",
    zh="你的 `assign_anchors` 换算展平下标时用的是锚框的个数；一行的长度是真实框的个数。",
)
def divides_by_the_anchors(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best >= iou_threshold, best_gt, assigned)
    for _ in range(min(iou.shape)):
        row, column = divmod(int(iou.argmax()), len(anchors))
        row, column = min(row, len(anchors) - 1), min(column, len(gt) - 1)
        assigned[row] = column
        iou[row] = -1
        iou[:, column] = -1
    return assigned


@mutant(
    en="Your `assign_anchors` asks in phase 2 for an IoU above the threshold; equal to it is enough.",
    zh="你的 `assign_anchors` 在阶段二要求 IoU 大于阈值；等于阈值就够了。",
)
def above_the_threshold(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best > iou_threshold, best_gt, assigned)
    for _ in range(min(iou.shape)):
        row, column = divmod(int(iou.argmax()), len(gt))
        assigned[row] = column
        iou[row] = -1
        iou[:, column] = -1
    return assigned


@mutant(
    en="Your `assign_anchors` repeats phase 1 when no anchor is left, which overwrites an anchor.",
    zh="你的 `assign_anchors` 即使已没有锚框，仍按真实框的个数重复阶段一，从而覆盖了某个锚框。",
)
def as_often_as_ground_truths(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best >= iou_threshold, best_gt, assigned)
    for _ in range(len(gt)):
        row, column = divmod(int(iou.argmax()), len(gt))
        assigned[row] = column
        iou[row] = -1
        iou[:, column] = -1
    return assigned


@mutant(
    en="Your `assign_anchors` lets phase 2 overwrite the pairs of phase 1.",
    zh="你的 `assign_anchors` 让阶段二覆盖了阶段一的配对。",
)
def threshold_has_the_last_word(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    original = iou.clone()
    for _ in range(min(iou.shape)):
        row, column = divmod(int(iou.argmax()), len(gt))
        assigned[row] = column
        iou[row] = -1
        iou[:, column] = -1
    best, best_gt = original.max(dim=1)
    return torch.where(best >= iou_threshold, best_gt, assigned)


@mutant(
    en="Your `assign_anchors` drops pairs of phase 1 whose IoU is below the threshold; they count as well.",
    zh="你的 `assign_anchors` 丢弃了阶段一中 IoU 低于阈值的配对；不论 IoU 多小都应当分配。",
)
def threshold_in_phase_one(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best >= iou_threshold, best_gt, assigned)
    for _ in range(min(iou.shape)):
        row, column = divmod(int(iou.argmax()), len(gt))
        if iou[row, column] >= iou_threshold:
            assigned[row] = column
        iou[row] = -1
        iou[:, column] = -1
    return assigned


@mutant(
    en="Your `assign_anchors` leaves out pairs of phase 1 that do not overlap; they are assigned as well.",
    zh="你的 `assign_anchors` 略去了阶段一中没有重叠的配对；它们同样要分配。",
)
def needs_an_overlap(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best >= iou_threshold, best_gt, assigned)
    for _ in range(min(iou.shape)):
        row, column = divmod(int(iou.argmax()), len(gt))
        if iou[row, column] > 0:
            assigned[row] = column
        iou[row] = -1
        iou[:, column] = -1
    return assigned


@mutant(
    en="Your `assign_anchors` gives ties to the larger index; the smaller one wins.",
    zh="你的 `assign_anchors` 相等时取了较大的下标；应当取较小的。",
)
def ties_to_the_last(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    best, flipped = iou.flip(1).max(dim=1)
    assigned = torch.where(best >= iou_threshold, len(gt) - 1 - flipped, assigned)
    for _ in range(min(iou.shape)):
        row, column = divmod(iou.numel() - 1 - int(iou.flatten().flip(0).argmax()), len(gt))
        assigned[row] = column
        iou[row] = -1
        iou[:, column] = -1
    return assigned


@mutant(
    en="Your `assign_anchors` always uses the threshold 0.5 and ignores `iou_threshold`.",
    zh="你的 `assign_anchors` 总是使用阈值 0.5，忽略了 `iou_threshold`。",
)
def fixed_threshold(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best >= 0.5, best_gt, assigned)
    for _ in range(min(iou.shape)):
        row, column = divmod(int(iou.argmax()), len(gt))
        assigned[row] = column
        iou[row] = -1
        iou[:, column] = -1
    return assigned


@mutant(
    en="Your `assign_anchors` counts ground truths from 1, with 0 for the background; they count from 0, and it is -1.",
    zh="你的 `assign_anchors` 用 0 表示背景，真实框从 1 数起；真实框应当从 0 数起，背景是 -1。",
)
def background_is_zero(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned + 1
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best >= iou_threshold, best_gt, assigned)
    for _ in range(min(iou.shape)):
        row, column = divmod(int(iou.argmax()), len(gt))
        assigned[row] = column
        iou[row] = -1
        iou[:, column] = -1
    return assigned + 1


@mutant(
    en="Your `assign_anchors` fails when there is no ground truth; all anchors are background then.",
    zh="你的 `assign_anchors` 在没有真实框时出错；此时所有锚框都是背景。",
)
def fails_without_ground_truth(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best >= iou_threshold, best_gt, assigned)
    for _ in range(min(iou.shape)):
        row, column = divmod(int(iou.argmax()), len(gt))
        assigned[row] = column
        iou[row] = -1
        iou[:, column] = -1
    return assigned


@mutant(
    en="Your `assign_anchors` returns int32; int64 is asked for.",
    zh="你的 `assign_anchors` 返回的是 int32；要求的是 int64。",
)
def short_integers(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned.to(torch.int32)
    iou = overlaps(anchors, gt)
    best, best_gt = iou.max(dim=1)
    assigned = torch.where(best >= iou_threshold, best_gt, assigned)
    for _ in range(min(iou.shape)):
        row, column = divmod(int(iou.argmax()), len(gt))
        assigned[row] = column
        iou[row] = -1
        iou[:, column] = -1
    return assigned.to(torch.int32)


@mutant(
    en="Your `assign_anchors` returns one anchor per ground truth; one ground truth per anchor is asked for.",
    zh="你的 `assign_anchors` 返回的是每个真实框对应的锚框；要求的是每个锚框对应的真实框。",
)
def anchor_of_each_ground_truth(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlaps(a: Tensor, b: Tensor) -> Tensor:
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared[..., 0] * shared[..., 1]
        area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
        return intersection / (area_a[:, None] + area_b[None, :] - intersection)

    assigned = torch.full((len(gt),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) == 0:
        return assigned
    iou = overlaps(anchors, gt)
    for _ in range(min(iou.shape)):
        row, column = divmod(int(iou.argmax()), len(gt))
        assigned[column] = row
        iou[row] = -1
        iou[:, column] = -1
    return assigned
