"""A mask from rand, everything built on dropout_mask."""
from __future__ import annotations

import torch
from torch import nn


def dropout_mask(shape, p, *, generator=None, dtype=torch.float32, device=None):
    if not 0 <= p <= 1:
        raise ValueError(f"p must be in [0, 1], got {p}")
    if p == 1:
        return torch.zeros(tuple(shape), dtype=dtype, device=device)
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    return keep.to(dtype) / (1 - p)


def dropout(x, p=0.5, training=True, generator=None):
    if not training:
        return x
    return x * dropout_mask(x.shape, p, generator=generator, dtype=x.dtype, device=x.device)


class DropoutFn(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, p, generator):
        mask = dropout_mask(x.shape, p, generator=generator, dtype=x.dtype, device=x.device)
        ctx.save_for_backward(mask)
        return x * mask

    @staticmethod
    def backward(ctx, grad_output):
        (mask,) = ctx.saved_tensors
        return grad_output * mask, None, None


class Dropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p")
        self.p = p

    def forward(self, x):
        return dropout(x, self.p, self.training)


def dropout2d(x, p=0.5, training=True, generator=None):
    if not training:
        return x
    n, c = x.shape[:2]
    return x * dropout_mask((n, c, 1, 1), p, generator=generator, dtype=x.dtype, device=x.device)


def mlp_dropout(x, w1, b1, w2, b2, p, training, generator=None):
    h = torch.sigmoid(x @ w1 + b1)
    return dropout(h, p, training, generator) @ w2 + b2
