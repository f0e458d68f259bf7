"""Right solutions of `box_iou` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def column_by_column(a: Tensor, b: Tensor) -> Tensor:
    ax1, ay1, ax2, ay2 = a.unsqueeze(1).unbind(-1)
    bx1, by1, bx2, by2 = b.unsqueeze(0).unbind(-1)
    w = torch.relu(torch.min(ax2, bx2) - torch.max(ax1, bx1))
    h = torch.relu(torch.min(ay2, by2) - torch.max(ay1, by1))
    union = (ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - w * h
    return torch.where(union == 0, torch.zeros_like(union), w * h / union)


@variant
def row_by_row(a: Tensor, b: Tensor) -> Tensor:
    out = a.new_zeros(a.shape[0], b.shape[0])
    areas = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    for i, box in enumerate(a):
        x = (torch.minimum(box[2], b[:, 2]) - torch.maximum(box[0], b[:, 0])).clamp_min(0)
        y = (torch.minimum(box[3], b[:, 3]) - torch.maximum(box[1], b[:, 1])).clamp_min(0)
        union = (box[2] - box[0]) * (box[3] - box[1]) + areas - x * y
        out[i] = torch.where(union > 0, x * y / union.masked_fill(union == 0, 1), torch.zeros_like(union))
    return out


@variant
def cleans_up_at_the_end(a: Tensor, b: Tensor) -> Tensor:
    lower = torch.stack([torch.max(a[:, None, k], b[None, :, k]) for k in (0, 1)], dim=-1)
    upper = torch.stack([torch.min(a[:, None, k], b[None, :, k]) for k in (2, 3)], dim=-1)
    common = torch.prod((upper - lower).clamp(min=0), dim=-1)
    first, second = torch.prod(a[:, 2:] - a[:, :2], dim=-1), torch.prod(b[:, 2:] - b[:, :2], dim=-1)
    return torch.nan_to_num(common / (first[:, None] - common + second[None, :]))
