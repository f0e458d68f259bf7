"""Right solutions of `standardize` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def with_torch_var(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    variance = x.var(dim=dim, correction=0, keepdim=True)
    return (x - x.mean(dim=dim, keepdim=True)) * torch.rsqrt(variance + eps)


@variant
def along_the_last_dim(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    last = x.transpose(dim, -1)
    centered = last - last.mean(-1)[..., None]
    variance = (centered**2).sum(-1)[..., None] / x.shape[dim]
    return (centered / torch.sqrt(variance + eps)).transpose(dim, -1)


@variant
def slice_by_slice(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    size = x.shape[dim]
    total = sum(part for part in x.unbind(dim))
    mean = total / size
    variance = sum((part - mean) ** 2 for part in x.unbind(dim)) / size
    return torch.stack([(part - mean) / (variance + eps) ** 0.5 for part in x.unbind(dim)], dim=dim)
