from math import *
from torch import *
from torch.nn import *
from torch.nn.functional import *
import torch
import torch.nn as nn


def _keep(shape, p, generator=None, device=None):
    return torch.empty(tuple(shape), device=device).uniform_(generator=generator) >= p


def _scale(p):
    return 0.0 if p == 1 else 1.0 / (1.0 - p)


def dropout_mask(shape, p, *, generator=None, dtype=torch.float32, device=None):
    if p < 0 or p > 1:
        raise ValueError("p must be in [0, 1]")
    return _keep(shape, p, generator, device).to(dtype) * _scale(p)


def dropout(x, p=0.5, training=True, generator=None):
    if not training:
        return x
    return mul(x, _keep(x.shape, p, generator, x.device)) * _scale(p)


class DropoutFn(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, p, generator):
        m = _keep(x.shape, p, generator, x.device)
        ctx.save_for_backward(m)
        ctx.s = _scale(p)
        return x * m * ctx.s

    @staticmethod
    def backward(ctx, grad_output):
        m, = ctx.saved_tensors
        return grad_output * m * ctx.s, None, None


class Dropout(Module):
    def __init__(self, p=0.5):
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError("p must be in [0, 1]")
        self.p = p

    def forward(self, x):
        return dropout(x, self.p, self.training)


def dropout2d(x, p=0.5, training=True, generator=None):
    if not training:
        return x
    n, c = x.shape[:2]
    return x * _keep((n, c, 1, 1), p, generator, x.device) * _scale(p)


def mlp_dropout(x, w1, b1, w2, b2, p, training, generator=None):
    h = sigmoid(x @ w1 + b1)
    h = dropout(h, p, training, generator)
    return h @ w2 + b2
