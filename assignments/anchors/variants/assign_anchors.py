"""Right solutions of `assign_anchors` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def with_sets_and_numbers(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    def overlap(p: list[float], q: list[float]) -> float:
        w, h = min(p[2], q[2]) - max(p[0], q[0]), min(p[3], q[3]) - max(p[1], q[1])
        common = max(w, 0.0) * max(h, 0.0)
        return common / ((p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - common)

    iou = [[overlap(p, q) for q in gt.tolist()] for p in anchors.tolist()]
    result: dict[int, int] = {}
    for _, row, column in sorted((-value, i, j) for i, line in enumerate(iou) for j, value in enumerate(line)):
        if row not in result and column not in result.values():
            result[row] = column
    for row, line in enumerate(iou):
        if row not in result and line and max(line) >= iou_threshold:
            result[row] = line.index(max(line))
    return torch.tensor([result.get(row, -1) for row in range(len(iou))], dtype=torch.int64, device=anchors.device)


@variant
def masks_and_argmax(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    count, objects = anchors.size(0), gt.size(0)
    result = anchors.new_full((count,), -1, dtype=torch.long)
    if not objects:
        return result
    corner, far = torch.max(anchors[:, None, :2], gt[:, :2]), torch.min(anchors[:, None, 2:], gt[:, 2:])
    common = (far - corner).clamp(min=0).prod(dim=2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(dim=1) for boxes in (anchors, gt)]
    iou = common / (areas[0].unsqueeze(1) + areas[1].unsqueeze(0) - common)
    free = torch.ones_like(iou, dtype=torch.bool)
    while free.any():
        candidates = iou.masked_fill(~free, float("-inf"))
        row = int(candidates.amax(dim=1).argmax())
        column = int(candidates[row].argmax())
        result[row] = column
        free[row] = False
        free[:, column] = False
    open_rows = (result < 0) & (iou.amax(dim=1) >= iou_threshold)
    result[open_rows] = iou.argmax(dim=1)[open_rows]
    return result
