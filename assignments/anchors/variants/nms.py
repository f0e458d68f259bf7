"""Right solutions of `nms` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def removes_from_what_is_left(
    boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None
) -> Tensor:
    labels = torch.zeros_like(scores) if classes is None else classes
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    left = torch.sort(scores, descending=True, stable=True).indices
    kept = []
    while left.numel():
        best, rest = left[0], left[1:]
        kept.append(best)
        far, near = torch.minimum(boxes[best, 2:], boxes[rest, 2:]), torch.maximum(boxes[best, :2], boxes[rest, :2])
        common = (far - near).clamp(min=0).prod(dim=1)
        iou = common / (areas[best] + areas[rest] - common)
        left = rest[(iou <= iou_threshold) | (labels[rest] != labels[best])]
    return torch.stack(kept) if kept else torch.zeros(0, dtype=torch.int64, device=boxes.device)


@variant
def shifts_the_classes_apart(
    boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None
) -> Tensor:
    if classes is not None and boxes.numel():
        _, numbers = torch.unique(classes, return_inverse=True)
        boxes = boxes + ((boxes.max() - boxes.min() + 1) * numbers.to(boxes.dtype)).unsqueeze(1)
    corners = boxes.tolist()
    kept: list[int] = []
    for index in sorted(range(len(corners)), key=scores.tolist().__getitem__, reverse=True):
        x1, y1, x2, y2 = corners[index]
        for other in kept:
            u1, v1, u2, v2 = corners[other]
            common = max(0.0, min(x2, u2) - max(x1, u1)) * max(0.0, min(y2, v2) - max(y1, v1))
            if common > iou_threshold * ((x2 - x1) * (y2 - y1) + (u2 - u1) * (v2 - v1) - common):
                break
        else:
            kept.append(index)
    return torch.tensor(kept, dtype=torch.long, device=boxes.device)


@variant
def marks_the_suppressed(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    order = torch.argsort(-scores, stable=True)
    ranked = boxes[order]
    common = (torch.min(ranked[:, None, 2:], ranked[:, 2:]) - torch.max(ranked[:, None, :2], ranked[:, :2])).clamp(
        min=0
    )
    area = (ranked[:, 2:] - ranked[:, :2]).prod(-1)
    shared = common.prod(-1)
    beats = shared / (area[:, None] + area - shared) > iou_threshold
    if classes is not None:
        beats = beats & (classes[order][:, None] == classes[order])
    alive = torch.ones_like(order, dtype=torch.bool)
    for rank in range(len(order)):
        if alive[rank]:
            alive[rank + 1 :] &= ~beats[rank, rank + 1 :]
    return order[alive]
