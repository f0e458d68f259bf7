"""Right solutions of `outer_sum` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def by_einsum(x: Tensor, y: Tensor) -> Tensor:
    left = torch.einsum("...i,...j->...ij", x, torch.ones_like(y))
    return left + torch.einsum("...i,...j->...ij", torch.ones_like(x), y)


@variant
def by_expanding(x: Tensor, y: Tensor) -> Tensor:
    shape = (*x.shape, y.shape[-1])
    return x[..., None].expand(shape) + y[..., None, :].expand(shape)


@variant
def row_by_row(x: Tensor, y: Tensor) -> Tensor:
    if x.shape[-1] == 0:
        return x.new_zeros((*x.shape, y.shape[-1]))
    return torch.stack([x[..., i : i + 1] + y for i in range(x.shape[-1])], dim=-2)
