"""Right solutions of `corr2d` in other styles; each gets full marks."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from grader.suite.mutants import variant


@variant
def window_by_window(x: Tensor, k: Tensor) -> Tensor:
    kh, kw = k.shape
    out = torch.zeros(x.shape[0] - kh + 1, x.shape[1] - kw + 1, dtype=x.dtype, device=x.device)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (x[i : i + kh, j : j + kw] * k).sum()
    return out


@variant
def tap_by_tap(x: Tensor, k: Tensor) -> Tensor:
    height, width = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    total = x.new_zeros((height, width))
    for a, row in enumerate(k):
        for b, tap in enumerate(row):
            total = total + tap * x[a : a + height, b : b + width]
    return total


@variant
def by_columns(x: Tensor, k: Tensor) -> Tensor:
    columns = F.unfold(x[None, None], tuple(k.shape))[0]
    return (k.reshape(1, -1) @ columns).view(x.shape[0] - k.shape[0] + 1, -1)


@variant
def by_strides(x: Tensor, k: Tensor) -> Tensor:
    x = x.contiguous()
    shape = (x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1, *k.shape)
    windows = x.as_strided(shape, x.stride() * 2)
    return (windows * k).sum((-2, -1))
