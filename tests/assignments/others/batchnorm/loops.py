"""Loops over channels, double intermediates with E[x^2]-E[x]^2, explicit Jacobian in backward."""
from __future__ import annotations

import math

import torch
from torch import nn


def _moments(v):
    d = v.double()
    mean = d.sum() / d.numel()
    var = ((d * d).sum() / d.numel() - mean * mean).clamp(min=0)
    return mean, var


def batch_stats(x):
    ms, vs = zip(*(_moments(x[:, c]) for c in range(x.shape[1])))
    return torch.stack(ms).to(x.dtype), torch.stack(vs).to(x.dtype)


def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    C = x.shape[1]
    count = math.prod(x.shape) // C
    if training and count < 2:
        raise ValueError("too few values per channel")
    planes = []
    for c in range(C):
        xc = x[:, c].double()
        if training:
            mean, var = _moments(xc)
            new_mean, new_var = mean.detach(), var.detach() * count / (count - 1)
            running_mean[c] = (1 - momentum) * running_mean[c] + momentum * new_mean.to(x.dtype)
            running_var[c] = (1 - momentum) * running_var[c] + momentum * new_var.to(x.dtype)
        else:
            mean, var = running_mean[c].double(), running_var[c].double()
        y = (xc - mean) * (var + eps) ** -0.5
        y = y if weight is None else y * weight[c]
        y = y if bias is None else y + bias[c]
        planes.append(y.to(x.dtype))
    return torch.stack(planes, dim=1)


class BatchNorm(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True):
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = self.bias = None
        if affine:
            self.weight = nn.Parameter(torch.ones(num_features))
            self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x):
        shape = [1, -1] + [1] * (x.dim() - 2)
        if self.training:
            n = x.numel() // x.size(1)
            if n < 2:
                raise ValueError("too few values per channel")
            flat = x.movedim(1, -1).reshape(-1, x.size(1))
            mean = flat.mean(0)
            var = (flat - mean).square().mean(0)
            self.num_batches_tracked = self.num_batches_tracked + 1
            a = 1 / int(self.num_batches_tracked) if self.momentum is None else self.momentum
            with torch.no_grad():
                self.running_mean += a * (mean - self.running_mean)
                self.running_var += a * (var * (n / (n - 1)) - self.running_var)
        else:
            mean, var = self.running_mean, self.running_var
        y = (x - mean.reshape(shape)) / (var.reshape(shape) + self.eps).sqrt()
        if self.weight is not None:
            y = y * self.weight.reshape(shape) + self.bias.reshape(shape)
        return y


def batch_norm_backward(grad_out, x, weight, eps=1e-5):
    dx = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    dw, db = torch.empty_like(weight), torch.empty_like(weight)
    for c in range(x.shape[1]):
        xc, g = x[:, c].reshape(-1), grad_out[:, c].reshape(-1)
        m = xc.numel()
        dev = xc - xc.mean()
        s = torch.sqrt(dev.dot(dev) / m + eps)
        xh = dev / s
        eye = torch.eye(m, dtype=x.dtype, device=x.device)
        jac = (eye - 1 / m - torch.outer(xh, xh) / m) * (weight[c] / s)
        dx[:, c] = (jac.T @ g).reshape(dx[:, c].shape)
        dw[c] = g.dot(xh)
        db[c] = g.sum()
    return dx, dw, db


def fold_bn(conv_w, conv_b, mean, var, weight, bias, eps=1e-5):
    w = conv_w.clone(memory_format=torch.contiguous_format)
    b = torch.zeros_like(mean) if conv_b is None else conv_b.clone()
    for o in range(w.shape[0]):
        k = float(weight[o]) / math.sqrt(float(var[o]) + eps)
        w[o] *= k
        b[o] = (b[o] - mean[o]) * k + bias[o]
    return w, b


def identity_affine(mean, var, eps=1e-5):
    return torch.stack([torch.sqrt(v + eps) for v in var]), mean
