"""Plain Python where allowed: lists, sorted, float arithmetic."""
from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def multibox_prior(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    shapes = [(sizes[0], r) for r in ratios] + [(s, ratios[0]) for s in sizes[1:]]
    boxes = []
    for i in range(height):
        cy = (i + 0.5) / height
        for j in range(width):
            cx = (j + 0.5) / width
            for s, r in shapes:
                w = s * math.sqrt(r) * height / width
                h = s / math.sqrt(r)
                boxes.append([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2])
    return torch.tensor(boxes, dtype=dtype, device=device)


def box_iou(a: Tensor, b: Tensor) -> Tensor:
    ax1, ay1, ax2, ay2 = a[:, None].unbind(-1)
    bx1, by1, bx2, by2 = b[None].unbind(-1)
    w = (torch.minimum(ax2, bx2) - torch.maximum(ax1, bx1)).clamp(min=0)
    h = (torch.minimum(ay2, by2) - torch.maximum(ay1, by1)).clamp(min=0)
    inter = w * h
    union = (ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - inter
    good = union > 0
    return torch.where(good, inter / torch.where(good, union, torch.ones_like(union)), torch.zeros_like(union))


def assign_anchors(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    na, ng = anchors.shape[0], gt.shape[0]
    iou = box_iou(anchors, gt).tolist()
    result = [-1] * na
    pairs = sorted((-iou[i][j], i, j) for i in range(na) for j in range(ng))
    used = set()
    fixed = set()
    for _, i, j in pairs:
        if i in fixed or j in used:
            continue
        result[i] = j
        fixed.add(i)
        used.add(j)
    if ng > 0:
        for i in range(na):
            if i not in fixed:
                best = max(range(ng), key=lambda j: (iou[i][j], -j))
                if iou[i][best] >= iou_threshold:
                    result[i] = best
    return torch.tensor(result, dtype=torch.int64, device=anchors.device)


def _centre(boxes):
    x1, y1, x2, y2 = boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3]
    return (x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1


def encode_offsets(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    xa, ya, wa, ha = _centre(anchors)
    xb, yb, wb, hb = _centre(boxes)
    return torch.stack(
        [
            (xb - xa) / wa / sigma[0],
            (yb - ya) / ha / sigma[1],
            torch.log(wb / wa) / sigma[2],
            torch.log(hb / ha) / sigma[3],
        ],
        dim=1,
    )


def decode_offsets(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    xa, ya, wa, ha = _centre(anchors)
    x = xa + offsets[:, 0] * sigma[0] * wa
    y = ya + offsets[:, 1] * sigma[1] * ha
    w = wa * torch.exp(offsets[:, 2] * sigma[2])
    h = ha * torch.exp(offsets[:, 3] * sigma[3])
    return torch.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], dim=1)


def multibox_target(
    anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:
    offsets = torch.zeros_like(anchors)
    mask = torch.zeros_like(anchors)
    classes = torch.zeros(anchors.shape[0], dtype=torch.int64, device=anchors.device)
    for i, j in enumerate(assign_anchors(anchors, labels[:, 1:], iou_threshold).tolist()):
        if j < 0:
            continue
        offsets[i] = encode_offsets(anchors[i : i + 1], labels[j : j + 1, 1:])[0]
        mask[i] = 1
        classes[i] = int(labels[j, 0].item()) + 1
    return offsets, mask, classes


def nms(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    n = boxes.shape[0]
    iou = box_iou(boxes, boxes).tolist()
    s = scores.tolist()
    c = [0] * n if classes is None else classes.tolist()
    kept = []
    for i in sorted(range(n), key=lambda i: (-s[i], i)):
        if all(c[i] != c[k] or iou[i][k] <= iou_threshold for k in kept):
            kept.append(i)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)
