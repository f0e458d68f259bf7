"""Plausible wrong versions of `dropout_mask`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your mask takes `p` for the probability of keeping, both in the draw and in the factor.",
    zh="你的掩码把 `p` 当成保留概率，抽取和系数都是如此。",
)
def p_is_the_keep_probability(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) < p
    return keep.to(dtype) * (1 / p if p > 0 else 0.0)
