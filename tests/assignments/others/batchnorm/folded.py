"""One var_mean over dims, folded affine map, .data / lerp_, einsum, step-by-step backprop, independent module."""
from __future__ import annotations

import torch
from torch import Tensor, nn


def _dims(x: Tensor) -> list[int]:
    return [d for d in range(x.ndim) if d != 1]


def _bc(v: Tensor, ndim: int) -> Tensor:
    return v[(None, slice(None)) + (None,) * (ndim - 2)]


def batch_stats(x):
    var, mean = torch.var_mean(x, dim=_dims(x), correction=0)
    return mean, var


def _affine(x, mean, var, weight, bias, eps):
    scale = torch.rsqrt(var + eps)
    if weight is not None:
        scale = scale * weight
    shift = -mean * scale
    if bias is not None:
        shift = shift + bias
    return torch.addcmul(_bc(shift, x.ndim), x, _bc(scale, x.ndim))


def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    if not training:
        return _affine(x, running_mean, running_var, weight, bias, eps)
    n = x[:, 0].numel()
    if n <= 1:
        raise ValueError(f"batch norm needs at least two values per channel in training, got {tuple(x.shape)}")
    var, mean = torch.var_mean(x, dim=_dims(x), unbiased=False)
    running_mean.data.lerp_(mean.detach(), momentum)
    running_var.data.lerp_(x.detach().var(dim=_dims(x), unbiased=True), momentum)
    return _affine(x, mean, var, weight, bias, eps)


class BatchNorm(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True):
        super().__init__()
        self.num_features, self.eps, self.momentum, self.affine = num_features, eps, momentum, affine
        if affine:
            self.weight = nn.Parameter(torch.empty(num_features))
            self.bias = nn.Parameter(torch.empty(num_features))
            nn.init.ones_(self.weight)
            nn.init.zeros_(self.bias)
        else:
            self.register_parameter("weight", None)
            self.register_parameter("bias", None)
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.zeros((), dtype=torch.long))

    def forward(self, x):
        if self.training:
            # like torch.nn.BatchNorm: count first, complain afterwards
            self.num_batches_tracked += 1
        f = self.momentum
        if f is None:
            f = 1.0 / max(1.0, float(self.num_batches_tracked))
        return batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, self.training, f, self.eps)


def batch_norm_backward(grad_out, x, weight, eps=1e-5):
    dims, nd = _dims(x), x.ndim
    m = x.numel() / x.shape[1]
    mu = x.mean(dims, keepdim=True)
    xc = x - mu
    sd = (xc.pow(2).mean(dims, keepdim=True) + eps).sqrt()
    dbias = grad_out.sum(dims)
    dweight = (grad_out * xc / sd).sum(dims)
    dxhat = grad_out * _bc(weight, nd)
    dvar = (dxhat * xc).sum(dims, keepdim=True) * -0.5 / sd**3
    dmu = -(dxhat / sd).sum(dims, keepdim=True) + dvar * (-2 * xc).mean(dims, keepdim=True)
    dx = dxhat / sd + dvar * 2 * xc / m + dmu / m
    return dx, dweight, dbias


def fold_bn(conv_w, conv_b, mean, var, weight, bias, eps=1e-5):
    scale = weight * (var + eps).rsqrt()
    kernel = torch.einsum("oihw,o->oihw", conv_w, scale)
    shift = bias - mean * scale
    return kernel, shift if conv_b is None else torch.addcmul(shift, conv_b, scale)


def identity_affine(mean, var, eps=1e-5):
    return (var + eps).pow(0.5), mean.clone()
