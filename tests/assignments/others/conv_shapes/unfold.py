"""im2col with F.unfold, Tensor.unfold, index gather with clamped indices, float64 inside."""
from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def conv_out_size(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if n < 1 or kernel < 1 or stride < 1 or dilation < 1 or padding < 0:
        raise ValueError("bad argument")
    q, _ = divmod(n + 2 * padding - dilation * (kernel - 1) - 1, stride)
    if q < 0:
        raise ValueError("too long")
    return q + 1


def pool_out_size(n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False) -> int:
    if padding > kernel // 2:
        raise ValueError("padding")
    stride = kernel if stride is None else stride
    if ceil_mode:
        # windows of the rounded formula, and windows that start before the right padding
        by_formula = (n + 2 * padding - kernel + stride - 1) // stride + 1
        by_start = (n + padding - 1) // stride + 1
        return min(by_formula, by_start)
    return (n + 2 * padding - kernel) // stride + 1


def conv_transpose_out_size(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= max(stride, dilation):
        raise ValueError("output_padding")
    return sum([stride * (n - 1), dilation * (kernel - 1), 1, -2 * padding, output_padding])


def corr2d(x: Tensor, k: Tensor) -> Tensor:
    v = x.unfold(0, k.size(0), 1).unfold(1, k.size(1), 1)
    return torch.tensordot(v.double(), k.double(), dims=2).to(x.dtype)


def conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    cols = F.unfold(x, weight.shape[-2:], dilation=dilation, padding=padding, stride=stride)
    y = weight.flatten(1) @ cols
    if bias is not None:
        y = y + bias.unsqueeze(-1)
    h = conv_out_size(x.size(2), weight.size(2), stride[0], padding[0], dilation[0])
    return y.unflatten(2, (h, -1))


def pool2d(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    stride = kernel if stride is None else stride
    idx = []
    inside = []
    for axis in (0, 1):
        size = x.shape[2 + axis]
        places = pool_out_size(size, kernel[axis], stride[axis], padding[axis])
        i = torch.arange(places, device=x.device)[:, None] * stride[axis]
        i = i + torch.arange(kernel[axis], device=x.device) - padding[axis]
        inside.append((i >= 0) & (i < size))
        idx.append(i.clamp(0, size - 1))
    win = x[:, :, idx[0][:, None, :, None], idx[1][None, :, None, :]]  # N C Ho Wo kh kw
    ok = inside[0][:, None, :, None] & inside[1][None, :, None, :]
    if mode == "max":
        return win.masked_fill(~ok, -math.inf).flatten(-2).max(dim=-1).values
    total = torch.where(ok, win, torch.zeros((), dtype=x.dtype, device=x.device)).sum((-1, -2))
    return total / math.prod(kernel)


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    # follow the first and the last cell of output 0 down to the input, and the first cell of output 1
    first0, last0, first1 = 0, 0, 1
    for kernel, stride, dilation in layers[::-1]:
        first0, first1 = first0 * stride, first1 * stride
        last0 = last0 * stride + (kernel - 1) * dilation
    return last0 - first0 + 1, first1 - first0


def conv_cost(cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True) -> tuple[int, int]:
    w = math.prod((cin, cout, kh, kw))
    return (w + cout, w * h_out * w_out) if bias else (w, w * h_out * w_out)
