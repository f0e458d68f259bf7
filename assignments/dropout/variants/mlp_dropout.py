"""Right solutions of `mlp_dropout` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def by_addmm(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.addmm(b1, x, w1).sigmoid()
    if training and p > 0:
        mask = torch.empty_like(hidden).bernoulli_(1 - p, generator=generator)
        hidden = hidden * mask if p == 1 else hidden * mask / (1 - p)
    return torch.addmm(b2, hidden, w2)


@variant
def by_einsum(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = 1 / (1 + torch.exp(-(torch.einsum("ni,ih->nh", x, w1) + b1)))
    if not training:
        return torch.einsum("nh,ho->no", hidden, w2) + b2
    if p == 1:
        return b2.expand(x.shape[0], -1) + 0 * torch.einsum("nh,ho->no", hidden, w2)
    drop = torch.empty(hidden.shape, device=x.device).uniform_(generator=generator) < p
    return torch.einsum("nh,ho->no", hidden.masked_fill(drop, 0), w2) / (1 - p) + b2


@variant
def sample_by_sample(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    outputs = []
    for sample in x:
        hidden = (w1 * sample[:, None]).sum(0).add(b1).sigmoid()
        if training:
            keep = torch.rand(len(b1), generator=generator, device=x.device) > p
            hidden = torch.where(keep, hidden, torch.zeros_like(hidden)) * (1 / (1 - p) if p < 1 else 0)
        outputs.append(hidden @ w2 + b2)
    return torch.stack(outputs) if outputs else x.new_zeros(0, len(b2))
