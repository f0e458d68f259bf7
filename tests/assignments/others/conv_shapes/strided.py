"""Views: as_strided / einsum / nn.ConstantPad2d; sizes by counting with range and sets."""
from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, einsum, nn


@dataclass(frozen=True)
class ConvAxis:
    """Geometry of one axis."""

    n: int
    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def pooled_positions(self) -> range:
        total = self.n + self.padding + self.padding
        reach = 1 + (self.kernel - 1) * self.dilation
        return range(0, total - reach + 1, self.stride)


def conv_out_size(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    for value, low in ((n, 1), (kernel, 1), (stride, 1), (dilation, 1), (padding, 0)):
        if value < low:
            raise ValueError(f"{value} < {low}")
    places = len(ConvAxis(n, kernel, stride, padding, dilation).pooled_positions)
    if places == 0:
        raise ValueError("the kernel is longer than the axis")
    return places


def pool_out_size(n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False) -> int:
    if padding > kernel / 2:
        raise ValueError("pad should be at most half of kernel size")
    step = stride or kernel
    if not ceil_mode:
        return conv_out_size(n, kernel, step, padding)
    total = n + 2 * padding
    count = 0
    start = 0
    # a new window is opened while the one before has not reached the end and it starts in the left padding or the input
    while start < n + padding and (count == 0 or start - step + kernel < total):
        count += 1
        start += step
    return count


def conv_transpose_out_size(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if not (output_padding < stride or output_padding < dilation):
        raise ValueError("output padding must be smaller than either stride or dilation")
    last_cell_written = max(i * stride + t * dilation for i in (0, n - 1) for t in (0, kernel - 1))
    line = last_cell_written + 1
    return line - padding - padding + output_padding


def _windows(x: Tensor, kernel, stride, dilation) -> Tensor:
    """(..., H, W) -> (..., Hout, Wout, kh, kw), a view."""
    x = x.contiguous()
    h, w = x.shape[-2:]
    *lead, s0, s1 = x.stride()
    ho = len(ConvAxis(h, kernel[0], stride[0], 0, dilation[0]).pooled_positions)
    wo = len(ConvAxis(w, kernel[1], stride[1], 0, dilation[1]).pooled_positions)
    return torch.as_strided(
        x,
        (*x.shape[:-2], ho, wo, *kernel),
        (*lead, s0 * stride[0], s1 * stride[1], s0 * dilation[0], s1 * dilation[1]),
    )


def corr2d(x: Tensor, k: Tensor) -> Tensor:
    return einsum("ijab,ab->ij", _windows(x, tuple(k.shape), (1, 1), (1, 1)), k)


def conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    padded = nn.ZeroPad2d((padding[1], padding[1], padding[0], padding[0]))(x)
    win = _windows(padded, tuple(weight.shape[2:]), stride, dilation)
    out = einsum("ncijab,ocab->noij", win, weight)
    return out if bias is None else out + bias[:, None, None]


def pool2d(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    fill = torch.finfo(x.dtype).min if mode == "max" else 0.0
    padded = nn.ConstantPad2d((padding[1], padding[1], padding[0], padding[0]), fill)(x)
    win = _windows(padded, kernel, stride or kernel, (1, 1))
    return win.amax(dim=(-2, -1)) if mode == "max" else win.mean(dim=(-2, -1))


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    def one_more(acc, layer):
        size, jump = acc
        k, s, d = layer
        return (size - 1) * s + d * (k - 1) + 1, jump * s

    return functools.reduce(one_more, reversed(layers), (1, 1))


def conv_cost(cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True) -> tuple[int, int]:
    per_output = cin * kh * kw
    return cout * (per_output + bias), cout * h_out * w_out * per_output
