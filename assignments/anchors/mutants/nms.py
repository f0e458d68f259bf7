"""Plausible wrong versions of `nms`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `nms` visits the boxes by rising score; the best comes first.",
    zh="你的 `nms` 按分数从低到高访问；应当先看分数最高的。",
)
def ascending(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    for index in scores.argsort(stable=True).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


@mutant(
    en="Your `nms` visits the boxes in the order of their index and ignores the scores.",
    zh="你的 `nms` 按下标的次序访问，忽略了分数。",
)
def visits_by_index(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    for index in torch.arange(len(scores)).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


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
    en="Your `nms` lets boxes of different classes suppress each other and those of the same class not.",
    zh="你的 `nms` 让不同类别的框互相抑制，同类的却不抑制。",
)
def other_classes_compete(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] != classes
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


@mutant(
    en="Your `nms` suppresses a box whose IoU is equal to the threshold; it has to be larger.",
    zh="你的 `nms` 抑制了 IoU 等于阈值的框；必须大于阈值才抑制。",
)
def equal_is_suppressed(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou >= iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


@mutant(
    en="Your `nms` keeps a box only if it overlaps a kept one; it is the other way round.",
    zh="你的 `nms` 只保留与已保留的框重叠的框；应当反过来。",
)
def keeps_the_overlapping(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not kept or any(is_rival[index, other] for other in kept):
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
    en="Your `nms` compares with the first kept box only; every kept box suppresses.",
    zh="你的 `nms` 只与第一个保留的框比较；每个保留的框都能抑制别的框。",
)
def only_the_best_suppresses(
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
        if not any(is_rival[index, other] for other in kept[:1]):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


@mutant(
    en="Your `nms` compares with the box kept last only; every kept box suppresses.",
    zh="你的 `nms` 只与最后保留的框比较；每个保留的框都能抑制别的框。",
)
def only_the_last_suppresses(
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
        if not any(is_rival[index, other] for other in kept[-1:]):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


@mutant(
    en="Your `nms` returns the kept indices sorted; they come in the order of the scores.",
    zh="你的 `nms` 返回的下标按大小排列；应当按分数的次序。",
)
def sorted_by_index(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
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
    return torch.tensor(sorted(kept), dtype=torch.int64, device=boxes.device)


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
    en="Your `nms` shifts the classes apart by less than the range of the coordinates; some still compete.",
    zh="你的 `nms` 用一个小于坐标范围的平移来分开各个类别，其中一些仍会互相竞争。",
)
def small_class_offset(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    if classes is not None:
        boxes = boxes + classes[:, None].to(boxes.dtype)
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
    en="Your `nms` returns floating-point numbers when no box is there; the result is always int64.",
    zh="你的 `nms` 在没有框时返回浮点数；结果应当总是 int64。",
)
def float_result_without_boxes(
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
    return torch.tensor(kept, device=boxes.device)


@mutant(
    en="Your `nms` visits boxes of equal score from the larger index to the smaller.",
    zh="你的 `nms` 分数相等时从较大的下标访问到较小的下标。",
)
def ties_to_the_larger_index(
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
    for index in scores.argsort(stable=True).flip(0).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


@mutant(
    en="Your `nms` always uses the threshold 0.5 and ignores `iou_threshold`.",
    zh="你的 `nms` 总是使用阈值 0.5，忽略了 `iou_threshold`。",
)
def fixed_threshold(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = iou > 0.5
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


@mutant(
    en="Your `nms` compares the intersection with the sum of the areas; the union counts it once.",
    zh="你的 `nms` 用交集与面积之和相比；并集中交集只计一次。",
)
def divides_by_the_sum_of_areas(
    boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None
) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(is_rival[index, other] for other in kept):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


@mutant(
    en="Your `nms` suppresses equal boxes even at a threshold that no IoU exceeds.",
    zh="你的 `nms` 即使阈值大到没有 IoU 能超过，也会抑制完全相同的框。",
)
def removes_equal_boxes(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    corner, far = boxes[:, None, :2], boxes[:, None, 2:]
    shared = (torch.minimum(far, boxes[None, :, 2:]) - torch.maximum(corner, boxes[None, :, :2])).clamp(min=0).prod(-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
    iou = shared / (areas[:, None] + areas - shared)
    is_rival = (iou > iou_threshold) | (iou == 1)
    if classes is not None:
        is_rival &= classes[:, None] == classes
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(is_rival[index, other] for other in kept):
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
