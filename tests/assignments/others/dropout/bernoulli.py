"""Drawn by bernoulli_, masked_fill / where, no shared code, einsum, F.linear."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def dropout_mask(shape, p, *, generator=None, dtype=torch.float32, device=None):
    if p < 0 or p > 1:
        raise ValueError("p is a probability")
    m = torch.empty(*shape, dtype=dtype, device=device) if len(shape) else torch.empty((), dtype=dtype, device=device)
    m.bernoulli_(1 - p, generator=generator)
    if p < 1:
        m.div_(1 - p)
    return m


def _drops(like: Tensor, p, gen) -> Tensor:
    return torch.full(like.shape, float(p), dtype=torch.float64, device=like.device).bernoulli(generator=gen).bool()


def dropout(x, p=0.5, training=True, generator=None):
    if not training:
        return x.clone()
    scale = 0.0 if p == 1 else 1.0 / (1.0 - p)
    return (x * scale).masked_fill(_drops(x, p, generator), 0)


class DropoutFn(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, p, generator):
        ctx.keep = ~_drops(x, p, generator)
        ctx.q = 1 - p if p < 1 else 1
        return torch.where(ctx.keep, x / ctx.q, torch.zeros((), dtype=x.dtype, device=x.device))

    @staticmethod
    def backward(ctx, grad_output):
        return torch.where(ctx.keep, grad_output / ctx.q, torch.zeros_like(grad_output)), None, None


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not (p >= 0 and p <= 1):
            raise ValueError(p)
        self.p = p

    def extra_repr(self):
        return f"p={self.p}"

    def forward(self, x):
        if self.training and self.p > 0:
            drop = torch.rand_like(x) < self.p
            if self.p == 1:
                return x * 0
            return torch.where(drop, torch.zeros_like(x), x) / (1 - self.p)
        return x


def dropout2d(x, p=0.5, training=True, generator=None):
    if not training:
        return x
    keep = torch.empty(x.size(0), x.size(1), device=x.device).uniform_(generator=generator).ge(p)
    scale = torch.where(keep, 1.0, 0.0).to(x.dtype).mul(0 if p == 1 else 1 / (1 - p))
    return torch.einsum("nchw,nc->nchw", x, scale)


def mlp_dropout(x, w1, b1, w2, b2, p, training, generator=None):
    h = F.linear(x, w1.t(), b1).sigmoid()
    if training:
        keep = 1 - p
        m = torch.bernoulli(torch.full_like(h.detach(), keep), generator=generator)
        h = h * m
        if keep:
            h = h / keep
    return F.linear(h, w2.t(), b2)
