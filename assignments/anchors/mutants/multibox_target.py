"""Plausible wrong versions of `multibox_target`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `multibox_target` keeps the class as it is, so that class 0 looks like the background.",
    zh="你的 `multibox_target` 类别没有加 1，类别 0 与背景无法区分；应当是类别 + 1。",
)
def class_not_shifted(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64)
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` marks the background with -1 and keeps the class as it is; they are 0 and class + 1.",
    zh="你的 `multibox_target` 用 -1 表示背景且类别不加 1；应当是 0 与类别 + 1。",
)
def background_minus_one(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.full_like(assigned, -1)
    classes[is_object] = objects[:, 0].to(torch.int64)
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` has one mask number per anchor; there is one for each of the four offsets.",
    zh="你的 `multibox_target` 每个锚框只有一个掩码值；四个偏移量应当各有一个。",
)
def one_mask_number_per_anchor(
    anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask[:, 0], classes


@mutant(
    en="Your `multibox_target` returns a boolean mask; it has the dtype of the anchors.",
    zh="你的 `multibox_target` 返回的是布尔掩码；它的 dtype 应当与锚框相同。",
)
def mask_of_booleans(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask > 0, classes


@mutant(
    en="Your `multibox_target` gives background anchors the offsets of some object; they are 0.",
    zh="你的 `multibox_target` 给背景锚框也填了某个物体的偏移量；它们应当是 0。",
)
def offsets_of_the_background(
    anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    if len(labels):
        offsets = encode(anchors, labels[assigned, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` encodes a box of zeros for the background: the logarithm of 0 times 0 is NaN.",
    zh="你的 `multibox_target` 为背景编码了全零的框：0 的对数乘 0 是 NaN。",
)
def offsets_of_empty_boxes(
    anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    matched = torch.zeros_like(anchors)
    matched[is_object] = objects[:, 1:]
    offsets = encode(anchors, matched) * is_object[:, None]
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` returns the index of the object + 1; its class + 1 is asked for.",
    zh="你的 `multibox_target` 返回的是物体的下标 + 1；要求的是它的类别 + 1。",
)
def ground_truth_as_class(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = assigned[is_object] + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` looks up the object by the index of the anchor; the assignment says which object it is.",
    zh="你的 `multibox_target` 用锚框的下标去查物体；应当由分配结果决定是哪个物体。",
)
def anchor_as_index(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[is_object.nonzero()[:, 0].clamp(max=max(len(labels) - 1, 0))]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` returns the classes as floating-point numbers; int64 is asked for.",
    zh="你的 `multibox_target` 返回的类别是浮点数；要求的是 int64。",
)
def classes_of_floats(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes.to(labels.dtype)


@mutant(
    en="Your `multibox_target` assigns by the threshold alone; each object gets an anchor of its own first.",
    zh="你的 `multibox_target` 只按阈值分配；每个物体要先得到一个属于自己的锚框。",
)
def threshold_only(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` gives each object one anchor only; others may reach the threshold too.",
    zh="你的 `multibox_target` 每个物体只分到一个锚框；其他锚框也可能达到阈值。",
)
def one_anchor_per_object(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` asks for an IoU above the threshold; equal to it is enough.",
    zh="你的 `multibox_target` 要求 IoU 大于阈值；等于阈值就够了。",
)
def above_the_threshold(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best > iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` always uses the threshold 0.5 and ignores `iou_threshold`.",
    zh="你的 `multibox_target` 总是使用阈值 0.5，忽略了 `iou_threshold`。",
)
def fixed_threshold(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= 0.5, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` returns offsets that are not divided by sigma.",
    zh="你的 `multibox_target` 返回的偏移量没有除以 sigma。",
)
def forgets_sigma(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((shift, (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` returns the boxes themselves; they have to be encoded as offsets.",
    zh="你的 `multibox_target` 返回的是框本身；应当把它们编码成偏移量。",
)
def boxes_instead_of_offsets(
    anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = objects[:, 1:]
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` takes the first four columns of `labels` for the box; the first one is the class.",
    zh="你的 `multibox_target` 把 `labels` 的前四列当成了框；第一列是类别。",
)
def class_in_the_box(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, :4])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, :4])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` reads the class from the last column of `labels`; it is in the first.",
    zh="你的 `multibox_target` 从 `labels` 的最后一列读类别；它在第一列。",
)
def class_in_the_last_column(
    anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, -1].to(torch.int64) + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` returns offsets and mask as one long row; they have one row per anchor.",
    zh="你的 `multibox_target` 把偏移量与掩码排成了一长行；应当每个锚框一行。",
)
def flattened(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets.flatten(), mask.flatten(), classes


@mutant(
    en="Your `multibox_target` has ones in the mask for the background; they belong to the assigned anchors.",
    zh="你的 `multibox_target` 掩码在背景处为 1；1 应当属于已分配的锚框。",
)
def mask_of_the_background(
    anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[~is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` returns the mask before the offsets.",
    zh="你的 `multibox_target` 把掩码放在了偏移量之前。",
)
def mask_first(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return mask, offsets, classes


@mutant(
    en="Your `multibox_target` returns offsets and mask as float32 whatever the dtype of the anchors is.",
    zh="你的 `multibox_target` 不管锚框是什么 dtype，偏移量与掩码都返回 float32。",
)
def single_precision(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets.float(), mask.float(), classes


@mutant(
    en="Your `multibox_target` fails for an image without objects; everything is background then.",
    zh="你的 `multibox_target` 对没有物体的图像会出错；此时一切都是背景。",
)
def fails_without_objects(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


@mutant(
    en="Your `multibox_target` gives every assigned anchor the class 1; the class of its object + 1 is asked for.",
    zh="你的 `multibox_target` 给所有已分配的锚框填类别 1；应当是其物体的类别 + 1。",
)
def keeps_all_classes_as_one(
    anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:
    def assign(a: Tensor, b: Tensor) -> Tensor:
        assigned = torch.full((len(a),), -1, dtype=torch.int64, device=a.device)
        if len(b) == 0:
            return assigned
        shared = (torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])).clamp(
            min=0
        )
        intersection = shared.prod(-1)
        iou = intersection / ((a[:, 2:] - a[:, :2]).prod(-1)[:, None] + (b[:, 2:] - b[:, :2]).prod(-1) - intersection)
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
        for _ in range(min(iou.shape)):
            row, column = divmod(int(iou.argmax()), len(b))
            assigned[row] = column
            iou[row], iou[:, column] = -1, -1
        return assigned

    def encode(a: Tensor, b: Tensor) -> Tensor:
        size_a, size_b = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
        shift = (b[:, 2:] + b[:, :2] - a[:, 2:] - a[:, :2]) / 2 / size_a
        return torch.cat((10 * shift, 5 * (size_b / size_a).log()), dim=1)

    assigned = assign(anchors, labels[:, 1:])
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = encode(anchors[is_object], objects[:, 1:])
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = 1
    return offsets, mask, classes
