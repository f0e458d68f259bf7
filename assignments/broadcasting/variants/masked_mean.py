"""Right solutions of `masked_mean` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def by_masked_fill(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    full = mask.expand(x.shape)
    count = full.sum(dim=dim).to(x.dtype)
    total = x.masked_fill(~full, 0.0).sum(dim=dim)
    return total / torch.where(count == 0, torch.ones_like(count), count)


@variant
def repairs_nan_afterwards(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    selected = torch.where(mask, x, torch.zeros_like(x))
    count = (mask & torch.ones_like(x, dtype=torch.bool)).sum(dim)
    mean = selected.sum(dim) / count
    return torch.where(count > 0, mean, torch.zeros_like(mean))


@variant
def slice_by_slice(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    full = mask.expand_as(x)
    total = x.new_zeros([size for index, size in enumerate(x.shape) if index != dim % x.ndim])
    count = torch.zeros_like(total)
    for part, chosen in zip(x.unbind(dim), full.unbind(dim), strict=True):
        total = total + torch.where(chosen, part, torch.zeros_like(part))
        count = count + chosen
    return total / count.clamp(min=1)


@variant
def row_by_row(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    rows, chosen = x.movedim(dim, -1), mask.expand_as(x).movedim(dim, -1)
    shape = rows.shape[:-1]
    rows, chosen = rows.reshape(shape.numel(), x.shape[dim]), chosen.reshape(shape.numel(), x.shape[dim])
    means = [row[keep].sum() / max(1, int(keep.sum())) for row, keep in zip(rows, chosen, strict=True)]
    return torch.stack(means).reshape(shape)
