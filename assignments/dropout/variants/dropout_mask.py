"""Right solutions of `dropout_mask` in other styles; each gets full marks."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def by_bernoulli_in_place(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0.0 <= float(p) <= 1.0:
        raise ValueError("p is no probability")
    mask = torch.empty(tuple(shape), dtype=dtype, device=device)
    mask.bernoulli_(1 - p, generator=generator)
    return mask if p == 1 else mask.div_(1 - p)


@variant
def ends_first(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if p < 0 or p > 1:
        raise ValueError("p must lie in [0, 1]")
    if p == 0:
        return torch.ones(tuple(shape), dtype=dtype, device=device)
    if p == 1:
        return torch.zeros(tuple(shape), dtype=dtype, device=device)
    dropped = torch.empty(tuple(shape), device=device).uniform_(generator=generator) < p
    return torch.full(tuple(shape), 1 / (1 - p), dtype=dtype, device=device).masked_fill_(dropped, 0)


@variant
def number_by_number(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not (p >= 0 and p <= 1):
        raise ValueError(p)
    size = 1
    for length in shape:
        size *= length
    entries = []
    for _ in range(size):
        number = torch.rand((), generator=generator, device=generator.device if generator is not None else None).item()
        entries.append(0.0 if number < p else 1 / (1 - p))
    return torch.tensor(entries, dtype=dtype, device=device).reshape(tuple(shape))


@variant
def by_bernoulli(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.bernoulli(torch.full(tuple(shape), 1.0 - p, dtype=torch.float64, device=device), generator=generator)
    return torch.where(keep.bool(), keep / max(1.0 - p, 1e-300), 0.0).to(dtype)
