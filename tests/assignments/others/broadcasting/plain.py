from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import torch
from torch import Tensor


def broadcast_shape(a, b):
    out = []
    for p, q in zip_longest(reversed(a), reversed(b), fillvalue=1):
        if p == q or q == 1:
            out.append(p)
        elif p == 1:
            out.append(q)
        else:
            raise ValueError(f"{p} and {q}")
    return tuple(out[::-1])


def unbroadcast(grad, shape):
    lead = grad.dim() - len(shape)
    dims = [i for i in range(grad.dim()) if i < lead or (shape[i - lead] == 1 and grad.shape[i] != 1)]
    if dims:
        grad = grad.sum(dims, keepdim=True)
    return grad.reshape(shape)


def outer_sum(x, y):
    return x[..., :, None] + y[..., None, :]


def normalize_channels(img, mean, std):
    return (img - mean[:, None, None]) / std[:, None, None]


def standardize(x, dim, eps=1e-5):
    mu = x.mean(dim, keepdim=True)
    var = x.var(dim, unbiased=False, keepdim=True)
    return (x - mu) / torch.sqrt(var + eps)


def pairwise_sq_dist(x, y):
    return ((x[:, None, :] - y[None, :, :]) ** 2).sum(-1)


def masked_mean(x, mask, dim):
    mask = mask.expand(x.shape)
    total = torch.where(mask, x, torch.zeros((), dtype=x.dtype, device=x.device)).sum(dim)
    n = mask.sum(dim).clamp(min=1)
    return total / n
