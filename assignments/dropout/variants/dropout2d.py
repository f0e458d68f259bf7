"""Right solutions of `dropout2d` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def by_bernoulli_in_place(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training or p == 0:
        return x
    mask = x.new_empty(x.shape[0], x.shape[1], 1, 1).bernoulli_(1 - p, generator=generator)
    if p < 1:
        mask = mask / (1 - p)
    return x * mask


@variant
def by_einsum(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    drop = torch.empty(x.shape[:2], device=x.device).uniform_(generator=generator) < p
    factor = torch.zeros(x.shape[:2], dtype=x.dtype, device=x.device)
    factor[~drop] = 1.0 / (1.0 - p) if p < 1 else 0.0
    return torch.einsum("nchw,nc->nchw", x, factor)


@variant
def plane_by_plane(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    result = x * 0.0
    for sample in range(x.shape[0]):
        for channel in range(x.shape[1]):
            if torch.rand((), generator=generator, device=x.device) >= p:
                result[sample, channel] = x[sample, channel] / (1 - p)
    return result


@variant
def by_expanded_where(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x.view_as(x)
    probabilities = torch.full(x.shape[:2], 1.0 - p, dtype=torch.float64, device=x.device)
    keep = torch.bernoulli(probabilities, generator=generator).bool().unsqueeze(-1).unsqueeze(-1).expand_as(x)
    return torch.where(keep, x, x.new_zeros(())) * (1 / (1 - p) if p != 1 else 0)
