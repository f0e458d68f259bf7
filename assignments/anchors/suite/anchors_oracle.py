"""Slow, readable specifications of the seven tasks, which the suite trusts.

They take one box or one pair of boxes at a time, as Python numbers, and never import a submission.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

SIGMA = (0.1, 0.1, 0.2, 0.2)


def prior_spec(
    height: int, width: int, sizes: Sequence[float], ratios: Sequence[float], dtype: torch.dtype = torch.float32
) -> Tensor:
    """Writes down one box after the other."""
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    boxes = []
    for i in range(height):
        for j in range(width):
            for size, ratio in pairs:
                x, y = (j + 0.5) / width, (i + 0.5) / height
                w, h = size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)
                boxes.append([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
    return torch.tensor(boxes, dtype=torch.float64).to(dtype)


def pair_iou(p: Sequence[Any], q: Sequence[Any]) -> Any:
    """The IoU of two boxes, whose corners are numbers or tensors without dimensions."""
    shared_w = max(0.0, min(p[2], q[2]) - max(p[0], q[0]))
    shared_h = max(0.0, min(p[3], q[3]) - max(p[1], q[1]))
    intersection = shared_w * shared_h
    union = (p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - intersection
    return intersection / union if union > 0 else 0.0


def iou_spec(a: Tensor, b: Tensor) -> Tensor:
    """Takes one pair of boxes at a time."""
    values = [[pair_iou(p, q) for q in b.tolist()] for p in a.tolist()]
    return torch.tensor(values, dtype=a.dtype, device=a.device).reshape(len(a), len(b))


def iou_with_graph(a: Tensor, b: Tensor) -> Tensor:
    """Takes one pair at a time, so that autograd can go back through it."""
    rows_a, rows_b = [row.unbind() for row in a], [row.unbind() for row in b]
    pairs = itertools.product(rows_a, rows_b)
    values = [torch.as_tensor(pair_iou(p, q), dtype=a.dtype, device=a.device) for p, q in pairs]
    return torch.stack(values).reshape(len(a), len(b))


def assigned_list(anchors: Sequence[Any], gt: Sequence[Any], iou_threshold: float) -> list[int]:
    """Follows the two phases with sets of what is still free."""
    iou = [[pair_iou(anchor, box) for box in gt] for anchor in anchors]
    assigned = [-1] * len(anchors)
    free_rows, free_columns = set(range(len(anchors))), set(range(len(gt)))
    while free_rows and free_columns:
        pairs = [(-iou[row][column], row, column) for row in free_rows for column in free_columns]
        _, row, column = min(pairs)
        assigned[row] = column
        free_rows.remove(row)
        free_columns.remove(column)
    for row in free_rows:
        if gt and max(iou[row]) >= iou_threshold:
            assigned[row] = iou[row].index(max(iou[row]))
    return assigned


def assign_spec(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    """Assigns with Python's sets."""
    assigned = assigned_list(anchors.tolist(), gt.tolist(), iou_threshold)
    return torch.tensor(assigned, dtype=torch.int64, device=anchors.device)


def encode_spec(anchors: Tensor, boxes: Tensor, sigma: Sequence[float] = SIGMA) -> Tensor:
    """Takes one anchor and its box at a time, in float64."""
    rows = []
    for anchor, box in zip(_wide(anchors), _wide(boxes), strict=True):
        (xa, ya, wa, ha), (xb, yb, wb, hb) = _center_form(anchor), _center_form(box)
        row = [(xb - xa) / wa, (yb - ya) / ha, torch.log(wb / wa), torch.log(hb / ha)]
        rows.append(torch.stack([value / s for value, s in zip(row, sigma, strict=True)]))
    return _stacked(rows, anchors)


def decode_spec(anchors: Tensor, offsets: Tensor, sigma: Sequence[float] = SIGMA) -> Tensor:
    """Undoes `encode_spec` for one anchor at a time."""
    rows = []
    for anchor, offset in zip(_wide(anchors), _wide(offsets), strict=True):
        xa, ya, wa, ha = _center_form(anchor)
        dx, dy, dw, dh = (value * s for value, s in zip(offset.unbind(), sigma, strict=True))
        x, y, w, h = xa + dx * wa, ya + dy * ha, wa * torch.exp(dw), ha * torch.exp(dh)
        rows.append(torch.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2]))
    return _stacked(rows, anchors)


def target_spec(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    """Fills in one anchor at a time."""
    assigned = assigned_list(anchors.tolist(), labels[:, 1:].tolist(), iou_threshold)
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    classes = torch.zeros(len(anchors), dtype=torch.int64, device=anchors.device)
    rows = [row for row, column in enumerate(assigned) if column >= 0]
    if rows:
        objects = labels[[assigned[row] for row in rows]]
        offsets[rows] = encode_spec(anchors[rows], objects[:, 1:])
        mask[rows] = 1.0
        classes[rows] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


def nms_spec(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    """Visits the boxes in the order of a sorted list."""
    corners, points = boxes.tolist(), scores.tolist()
    labels = [0] * len(corners) if classes is None else classes.tolist()
    kept: list[int] = []
    for index in sorted(range(len(corners)), key=lambda i: (-points[i], i)):
        rivals = [other for other in kept if labels[other] == labels[index]]
        if all(pair_iou(corners[index], corners[other]) <= iou_threshold for other in rivals):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


def gradients_of(
    spec: Callable[..., Tensor], inputs: Sequence[Tensor], cotangent: Tensor, *rest: object
) -> tuple[Tensor, ...]:
    """Returns what flows back from `cotangent` to each of the inputs of a specification; one tensor is one leaf."""
    made = {id(value): value.detach().clone().requires_grad_() for value in inputs}
    leaves = [made[id(value)] for value in inputs]
    return torch.autograd.grad((spec(*leaves, *rest) * cotangent).sum(), leaves)


def _wide(rows: Tensor) -> Tensor:
    return rows.to(torch.float64)


def _center_form(box: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    x1, y1, x2, y2 = box.unbind()
    return (x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1


def _stacked(rows: list[Tensor], like: Tensor) -> Tensor:
    return torch.stack(rows).to(like.dtype) if rows else torch.zeros_like(like)
