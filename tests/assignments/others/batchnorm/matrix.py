"""Channel-major matrix (C, M)."""
from __future__ import annotations

import torch
from torch import nn


def _rows(x):
    return x.transpose(0, 1).flatten(1)


def _col(v, x):
    return v.view(1, -1, *([1] * (x.dim() - 2)))


def batch_stats(x):
    r = _rows(x)
    mean = r.mean(1)
    var = ((r - mean[:, None]) ** 2).mean(1)
    return mean, var


def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    if training:
        m = x.numel() // x.shape[1]
        if m < 2:
            raise ValueError("need more than one value per channel")
        mean, var = batch_stats(x)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * m / (m - 1))
    else:
        mean, var = running_mean, running_var
    y = (x - _col(mean, x)) / torch.sqrt(_col(var, x) + eps)
    if weight is not None:
        y = y * _col(weight, x)
    if bias is not None:
        y = y + _col(bias, x)
    return y


class BatchNorm(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        mom = 0.0
        if self.training:
            if x.numel() // x.shape[1] < 2:
                raise ValueError("need more than one value per channel")
            self.num_batches_tracked.add_(1)
            mom = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
        return batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, mom, self.eps
        )


def batch_norm_backward(grad_out, x, weight, eps=1e-5):
    g, r = _rows(grad_out), _rows(x)
    m = r.shape[1]
    mean, var = batch_stats(x)
    inv = 1 / torch.sqrt(var + eps)
    xhat = (r - mean[:, None]) * inv[:, None]
    db = g.sum(1)
    dw = (g * xhat).sum(1)
    dx = (weight * inv / m)[:, None] * (m * g - db[:, None] - xhat * dw[:, None])
    shape = (x.shape[1], x.shape[0], *x.shape[2:])
    return dx.reshape(shape).transpose(0, 1), dw, db


def fold_bn(conv_w, conv_b, mean, var, weight, bias, eps=1e-5):
    s = weight / torch.sqrt(var + eps)
    if conv_b is None:
        conv_b = torch.zeros_like(mean)
    return conv_w * s[:, None, None, None], (conv_b - mean) * s + bias


def identity_affine(mean, var, eps=1e-5):
    return torch.sqrt(var + eps), mean
