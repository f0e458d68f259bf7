"""Right versions of `identity_affine` in other styles than the reference."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def the_mean_itself(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return torch.sqrt(var + eps), mean


@variant
def reciprocal_root(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    scale = torch.rsqrt(torch.add(var, eps))
    gamma = 1 / scale
    return gamma, mean * scale * gamma


@variant
def element_by_element(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    gammas = [(value + eps) ** 0.5 for value in var]
    return torch.stack(gammas), mean + 0
