"""Autograd as the adjoint, einsum with ones, index_put, movedim: another way of thinking."""
from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def broadcast_shape(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    n = max(len(a), len(b))
    a = [1] * (n - len(a)) + list(a)
    b = [1] * (n - len(b)) + list(b)
    if any(len({s, t} - {1}) > 1 for s, t in zip(a, b)):
        raise ValueError("shapes do not broadcast")
    return tuple(t if s == 1 else s for s, t in zip(a, b))


def unbroadcast(grad: Tensor, shape: Sequence[int]) -> Tensor:
    with torch.enable_grad():
        x = torch.zeros(tuple(shape), dtype=grad.dtype, device=grad.device, requires_grad=True)
        (g,) = torch.autograd.grad(x.expand(grad.shape), x, grad.detach())
    return g


def outer_sum(x: Tensor, y: Tensor) -> Tensor:
    left = torch.einsum("...i,j->...ij", x, y.new_ones(y.shape[-1]))
    right = torch.einsum("...j,i->...ij", y, x.new_ones(x.shape[-1]))
    return left + right


def normalize_channels(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    last = img.to(mean.dtype).permute(0, 2, 3, 1)
    return last.sub(mean).div(std).permute(0, 3, 1, 2)


def standardize(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    z = x.double().movedim(dim, -1)
    c = z - torch.einsum("...i->...", z).unsqueeze(-1) / z.shape[-1]
    var = torch.einsum("...i,...i->...", c, c) / c.shape[-1]
    return (c * (var + eps).rsqrt().unsqueeze(-1)).movedim(-1, dim).to(x.dtype)


def pairwise_sq_dist(x: Tensor, y: Tensor) -> Tensor:
    d = torch.sub(x.unsqueeze(1), y)
    return torch.linalg.vector_norm(d, dim=-1).square()


def masked_mean(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    z = x.movedim(dim, -1)
    m = mask.expand_as(x).movedim(dim, -1)
    z, m = z[None], m[None]
    where = m.nonzero(as_tuple=True)
    zero = torch.zeros(z.shape[:-1], dtype=x.dtype, device=x.device)
    s = zero.index_put(where[:-1], z[where], accumulate=True)[0]
    n, zero = m.sum(-1)[0], zero[0]
    return torch.where(n > 0, s / n, zero)
