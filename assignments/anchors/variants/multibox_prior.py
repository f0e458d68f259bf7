"""Right solutions of `multibox_prior` in other styles; each gets full marks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def box_by_box(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(s, r) for k, s in enumerate(sizes) for r in (ratios if k == 0 else ratios[:1])]
    rows = []
    for i in range(height):
        for j in range(width):
            for s, r in pairs:
                w, h = s * math.sqrt(r) * height / width, s / math.sqrt(r)
                x, y = (j + 0.5) / width, (i + 0.5) / height
                rows.append((x - w / 2, y - h / 2, x + w / 2, y + h / 2))
    return torch.tensor(rows, dtype=dtype, device=device)


@variant
def repeats_and_tiles(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    size, ratio = (torch.tensor(numbers, dtype=dtype, device=device) for numbers in (sizes, ratios))
    root = ratio.sqrt()
    w = torch.cat((size[0] * root, size[1:] * root[0])) * (height / width)
    h = torch.cat((size[0] / root, size[1:] / root[0]))
    x = (torch.arange(width, device=device).to(dtype) + 0.5) / width
    y = (torch.arange(height, device=device).to(dtype) + 0.5) / height
    x, y = x.repeat(height).repeat_interleave(len(w)), y.repeat_interleave(width * len(w))
    w, h = w.repeat(height * width) / 2, h.repeat(height * width) / 2
    return torch.stack((x - w, y - h, x + w, y + h), dim=1)


@variant
def wide_on_the_cpu(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = torch.tensor([(sizes[0], r) for r in ratios] + [(s, ratios[0]) for s in sizes[1:]], dtype=torch.float64)
    pixel_w, pixel_h = height * pairs[:, 0] * pairs[:, 1].sqrt(), height * pairs[:, 0] / pairs[:, 1].sqrt()
    corners = torch.stack((-pixel_w, -pixel_h, pixel_w, pixel_h), dim=1) / 2
    i, j = torch.arange(height, dtype=torch.float64) + 0.5, torch.arange(width, dtype=torch.float64) + 0.5
    centers = torch.cartesian_prod(i, j).flip(1).repeat(1, 2)
    pixels = centers[:, None, :] + corners[None, :, :]
    unit = torch.tensor([width, height, width, height], dtype=torch.float64)
    return (pixels / unit).view(-1, 4).to(dtype=dtype, device=device)
