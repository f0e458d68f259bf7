"""Plausible wrong versions of `nms`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `nms` suppresses boxes of other classes; only boxes of the same class compete.",
    zh="你的 `nms` 抑制了其他类别的框；只有同类的框才互相竞争。",
)
def all_classes_compete(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > iou_threshold
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


@mutant(
    en="Your `nms` lets boxes that were thrown out throw out others; only kept boxes count.",
    zh="你的 `nms` 让已被去掉的框再去掉别的框；只有保留下来的框才算数。",
)
def suppressed_boxes_suppress(
    boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None
) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    visited: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(is_rival[index, other] for other in visited):
            kept.append(index)
        visited.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


@mutant(
    en="Your `nms` lists the kept boxes class by class; they come in the order of the scores.",
    zh="你的 `nms` 按类别逐类列出保留的框；应当按分数的次序。",
)
def class_by_class(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    if classes is not None:
        kept.sort(key=lambda index: int(classes[index]))
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


@mutant(
    en="Your `nms` returns positions in the sorted order; indices into `boxes` are asked for.",
    zh="你的 `nms` 返回的是排序之后的位置；要求的是 `boxes` 的下标。",
)
def positions_in_the_order(
    boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None
) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    order = scores.argsort(descending=True, stable=True).tolist()
    return torch.tensor([order.index(index) for index in kept], dtype=torch.int64, device=boxes.device)


@mutant(
    en="Your `nms` returns the kept boxes; their indices are asked for.",
    zh="你的 `nms` 返回的是保留的框；要求的是它们的下标。",
)
def returns_the_boxes(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    return boxes[kept]


@mutant(
    en="Your `nms` returns a mask over all boxes; the indices of the kept ones are asked for.",
    zh="你的 `nms` 返回的是全部框上的掩码；要求的是保留的框的下标。",
)
def returns_a_mask(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    mask = torch.zeros(len(boxes), dtype=torch.bool, device=boxes.device)
    mask[kept] = True
    return mask


@mutant(en="Your `nms` returns int32; int64 is asked for.", zh="你的 `nms` 返回的是 int32；要求的是 int64。")
def returns_short_integers(
    boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None
) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int32, device=boxes.device)


@mutant(
    en="Your `nms` fails when there are no boxes; the result is empty then.",
    zh="你的 `nms` 在没有框时出错；此时结果为空。",
)
def fails_without_boxes(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    best = int(scores.argmax())
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = [best]
    for index in scores.argsort(descending=True, stable=True).tolist():
        if index != best and not any(is_rival[index, other] for other in kept):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


@mutant(
    en="Your `nms` overwrites `scores` in place; arguments have to stay as they are.",
    zh="你的 `nms` 就地改写了 `scores`；参数应当保持不变。",
)
def changes_the_scores(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    scores[kept] = -1e9
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)
