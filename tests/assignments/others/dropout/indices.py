"""Index based, loops, exponential clocks, property, in-place."""
from __future__ import annotations

import math

import torch
from torch import nn


def _kept(shape, p, gen=None, device=None):
    """True where the exponential waiting time exceeds -log(1 - p)."""
    if p >= 1:
        return torch.zeros(torch.Size(shape), dtype=torch.bool, device=device)
    t = torch.empty(torch.Size(shape), dtype=torch.float64, device=device).exponential_(generator=gen)
    return t > -math.log1p(-p)


def _factor(p):
    return 1 / (1 - p) if p != 1 else 0.0


def dropout_mask(shape, p, *, generator=None, dtype=torch.float32, device=None):
    if p not in (0, 1) and not 0 < p < 1:
        raise ValueError("0 <= p <= 1 is required")
    out = torch.zeros(torch.Size(shape), dtype=dtype, device=device)
    out[_kept(shape, p, generator, out.device)] = _factor(p)
    return out


def dropout(x, p=0.5, training=True, generator=None):
    if training:
        return DropoutFn.apply(x, p, generator)
    return x


class DropoutFn(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, p, generator):
        idx = _kept(x.shape, p, generator, x.device).reshape(-1).nonzero().squeeze(1)
        ctx.save_for_backward(idx)
        ctx.f = _factor(p)
        out = torch.zeros(x.shape, dtype=x.dtype, device=x.device)
        out.view(-1)[idx] = x.reshape(-1)[idx] * ctx.f
        return out

    @staticmethod
    def backward(ctx, grad_output):
        (idx,) = ctx.saved_tensors
        g = grad_output.new_zeros(grad_output.numel())
        g.index_copy_(0, idx, grad_output.reshape(-1).index_select(0, idx).mul_(ctx.f))
        return g.view(grad_output.shape), None, None


class Dropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    @property
    def p(self):
        return self._p

    @p.setter
    def p(self, value):
        if not 0 <= value <= 1:
            raise ValueError("p must lie in [0, 1]")
        self._p = value

    def forward(self, x):
        if not self.training:
            return x
        y = x.clone()
        y[~_kept(x.shape, self.p, device=x.device)] = 0
        y *= _factor(self.p)
        return y


def dropout2d(x, p=0.5, training=True, generator=None):
    if not training:
        return x
    y = x * _factor(p)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            if torch.rand((), generator=generator, device=x.device).item() < p:
                y[n, c] = 0
    return y


def mlp_dropout(x, w1, b1, w2, b2, p, training, generator=None):
    z = torch.addmm(b1, x, w1)
    h = 1 / (1 + torch.exp(-z))
    if training:
        m = _kept(h.shape, p, generator, h.device).to(h.dtype) * _factor(p)
        return torch.einsum("nh,nh,ho->no", h, m, w2).add(b2)
    return torch.einsum("nh,ho->no", h, w2).add(b2)
