"""Right solutions of `dropout` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def by_bernoulli_in_place(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if training and p > 0:
        mask = torch.empty_like(x).bernoulli_(1 - p, generator=generator)
        x = x * mask if p == 1 else x * mask / (1 - p)
    return x


@variant
def ends_first(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if training is False or p == 0:
        return x.clone()
    if p == 1:
        return 0 * x
    drop = torch.empty(x.shape, device=x.device).uniform_(generator=generator) < p
    return x.masked_fill(drop, 0) / (1.0 - p)


@variant
def by_where(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    probabilities = torch.full(x.shape, 1.0 - p, dtype=torch.float32, device=x.device)
    keep = torch.bernoulli(probabilities, generator=generator).to(torch.bool)
    return torch.where(keep, x, torch.zeros_like(x)) * (1 / (1 - p) if p != 1 else 1)


@variant
def row_by_row(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    if x.ndim == 0:
        keep = torch.rand((), generator=generator, device=x.device) > p
        return x * keep / (1 - p) if p < 1 else x * 0
    rows = []
    for row in x.unbind(0):
        keep = torch.rand(row.shape, generator=generator, device=x.device) > p
        rows.append(row * keep.to(row.dtype) / (1 - p) if p < 1 else row * 0)
    return torch.stack(rows) if rows else x * 0
