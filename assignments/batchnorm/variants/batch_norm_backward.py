"""Right versions of `batch_norm_backward` in other styles than the reference."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def step_by_step(grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    channels = x.shape[1]
    rows, upstream = (part.transpose(0, 1).reshape(channels, -1) for part in (x, grad_out))
    m = rows.shape[1]
    centred = rows - rows.mean(1, keepdim=True)
    inverse = ((centred**2).mean(1, keepdim=True) + eps) ** -0.5
    to_normed = upstream * weight[:, None]
    to_var = (to_normed * centred).sum(1, keepdim=True) * -0.5 * inverse**3
    to_mean = -(to_normed * inverse).sum(1, keepdim=True)
    dx = to_normed * inverse + to_var * 2 * centred / m + to_mean / m
    moved = x.transpose(0, 1)
    dx = dx.reshape(moved.shape).transpose(0, 1)
    return dx, (upstream * centred * inverse).sum(1), upstream.sum(1)


@variant
def with_einsum(grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    flat, upstream = x.reshape(x.size(0), x.size(1), -1), grad_out.reshape(x.size(0), x.size(1), -1)
    var, mean = torch.var_mean(flat, dim=(0, 2), correction=0, keepdim=True)
    inverse = torch.rsqrt(var + eps)
    normed = (flat - mean) * inverse
    dbias = torch.einsum("ncl->c", upstream)
    dweight = torch.einsum("ncl,ncl->c", upstream, normed)
    m = flat.size(0) * flat.size(2)
    dx = m * upstream - dbias[None, :, None] - normed * dweight[None, :, None]
    dx = dx * (weight[None, :, None] * inverse / m)
    return dx.reshape(x.shape), dweight, dbias


@variant
def jacobian_of_each_channel(
    grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    dx, dweight, dbias = torch.empty_like(x), torch.empty_like(weight), torch.empty_like(weight)
    for c in range(x.shape[1]):
        values, upstream = x[:, c].flatten(), grad_out[:, c].flatten()
        m = values.numel()
        inverse = 1 / torch.sqrt(values.var(unbiased=False) + eps)
        normed = (values - values.mean()) * inverse
        eye = torch.eye(m, dtype=x.dtype, device=x.device)
        jacobian = inverse * (eye - 1 / m - torch.outer(normed, normed) / m)
        dx[:, c] = (weight[c] * (jacobian @ upstream)).reshape(dx[:, c].shape)
        dweight[c] = torch.dot(upstream, normed)
        dbias[c] = upstream.sum()
    return dx, dweight, dbias
