"""Right versions of `fold_bn` in other styles than the reference."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def with_a_diagonal_matrix(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    diagonal = torch.diag(weight * torch.rsqrt(var + eps))
    kernel = (diagonal @ conv_w.reshape(conv_w.shape[0], -1)).reshape(conv_w.shape)
    offset = torch.zeros_like(mean) if conv_b is None else conv_b
    return kernel, diagonal @ (offset - mean) + bias


@variant
def with_einsum(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    std = torch.sqrt(var + eps)
    kernel = torch.einsum("oihw,o->oihw", conv_w, weight / std)
    shift = bias - weight * mean / std
    if conv_b is not None:
        shift = shift + weight * conv_b / std
    return kernel, shift


@variant
def one_output_at_a_time(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    kernels, shifts = [], []
    for o in range(conv_w.size(0)):
        scale = weight[o] / (var[o] + eps) ** 0.5
        kernels.append(conv_w[o] * scale)
        shifts.append(((0 if conv_b is None else conv_b[o]) - mean[o]) * scale + bias[o])
    return torch.stack(kernels), torch.stack(shifts)
