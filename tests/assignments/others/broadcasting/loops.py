"""Loops and small helpers, accumulation in place."""
import torch


def _join(s, t):
    if s == 1:
        return t
    if t == 1 or s == t:
        return s
    raise ValueError((s, t))


def broadcast_shape(a, b):
    if len(a) < len(b):
        return broadcast_shape(b, a)
    k = len(a) - len(b)
    res = list(a)
    for i in range(len(b)):
        res[k + i] = _join(a[k + i], b[i])
    return tuple(res)


def unbroadcast(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(dim=0)
    for i, s in enumerate(shape):
        if s == 1:
            grad = torch.add(*[grad.sum(i, keepdim=True)] * 1, 0)
    return grad


def outer_sum(x, y):
    n, m = x.size(-1), y.size(-1)
    out = torch.zeros(x.shape[:-1] + (n, m), dtype=x.dtype, device=x.device)
    for i in range(n):
        for j in range(m):
            out[..., i, j] += x[..., i] + y[..., j]
    return out


def normalize_channels(img, mean, std):
    img = img.to(mean.dtype)
    planes = []
    for c in range(img.shape[1]):
        planes.append((img[:, c] - mean[c]) / std[c])
    return torch.stack(planes, dim=1)


def standardize(x, dim, eps=1e-5):
    n = x.shape[dim]
    parts = x.unbind(dim)
    total = 0
    for p in parts:
        total = total + p
    mu = total / n
    sq = 0
    for p in parts:
        sq = sq + (p - mu) * (p - mu)
    sd = (sq / n + eps) ** 0.5
    return torch.stack([(p - mu) / sd for p in parts], dim)


def pairwise_sq_dist(x, y):
    out = x.new_zeros(x.shape[0], y.shape[0])
    for k in range(x.shape[1]):
        out += (x[:, k].reshape(-1, 1) - y[:, k].reshape(1, -1)).pow(2)
    return out


def masked_mean(x, mask, dim):
    mask = torch.broadcast_to(mask, x.shape)
    clean = x.masked_fill(~mask, 0.0)
    shape = list(x.shape)
    shape.pop(dim)
    s = torch.zeros(shape, dtype=x.dtype, device=x.device)
    n = torch.zeros(shape, dtype=x.dtype, device=x.device)
    for t in range(x.shape[dim]):
        s = s + clean.select(dim, t)
        n += mask.select(dim, t)
    return s / torch.where(n == 0, torch.ones_like(n), n)
