"""Right solutions of `decode_offsets` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def number_by_number(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    x1, y1, x2, y2 = anchors.unbind(-1)
    dx, dy, dw, dh = (offsets[:, k] * sigma[k] for k in range(4))
    w, h = x2 - x1, y2 - y1
    x, y = x1 + w / 2 + dx * w, y1 + h / 2 + dy * h
    w, h = w * torch.exp(dw), h * torch.exp(dh)
    return torch.stack((x - 0.5 * w, y - 0.5 * h, x + 0.5 * w, y + 0.5 * h), dim=-1)


@variant
def corner_and_sides(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scale = anchors.new_tensor(sigma)
    lower, upper = anchors.chunk(2, dim=1)
    sides = upper - lower
    new_sides = torch.exp(offsets[:, 2:] * scale[2:]) * sides
    new_lower = (lower + upper - new_sides) / 2 + offsets[:, :2] * scale[:2] * sides
    return torch.hstack((new_lower, new_lower + new_sides))
