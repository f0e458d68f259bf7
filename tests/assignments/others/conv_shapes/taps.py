"""Tap loops, slices, in-place accumulation."""
from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def _span(kernel, dilation):
    return dilation * (kernel - 1) + 1


def conv_out_size(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1:
        raise ValueError("sizes must be at least 1")
    if padding < 0:
        raise ValueError("negative padding")
    room = n + 2 * padding - _span(kernel, dilation)
    if room < 0:
        raise ValueError("kernel does not fit")
    return room // stride + 1


def pool_out_size(n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False) -> int:
    if 2 * padding > kernel:
        raise ValueError("padding should be at most half of the kernel")
    if stride is None:
        stride = kernel
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // stride + 1
    out = -(-room // stride) + 1
    if (out - 1) * stride >= n + padding:
        out -= 1
    return out


def conv_transpose_out_size(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= stride and output_padding >= dilation:
        raise ValueError("output_padding too large")
    return (n - 1) * stride + _span(kernel, dilation) - 2 * padding + output_padding


def corr2d(x: Tensor, k: Tensor) -> Tensor:
    kh, kw = k.shape
    ho, wo = x.shape[0] - kh + 1, x.shape[1] - kw + 1
    out = torch.zeros(ho, wo, dtype=x.dtype, device=x.device)
    for a in range(kh):
        for b in range(kw):
            out += x[a : a + ho, b : b + wo] * k[a, b]
    return out


def conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    cout, _, kh, kw = weight.shape
    sh, sw = stride
    ph, pw = padding
    dh, dw = dilation
    ho = conv_out_size(x.shape[2], kh, sh, ph, dh)
    wo = conv_out_size(x.shape[3], kw, sw, pw, dw)
    xp = F.pad(x, (pw, pw, ph, ph))
    out = x.new_zeros(x.shape[0], cout, ho, wo)
    for a in range(kh):
        for b in range(kw):
            top, left = a * dh, b * dw
            patch = xp[:, :, top : top + (ho - 1) * sh + 1 : sh, left : left + (wo - 1) * sw + 1 : sw]
            out += (patch.unsqueeze(1) * weight[:, :, a, b][None, :, :, None, None]).sum(2)
    if bias is not None:
        out += bias.view(1, -1, 1, 1)
    return out


def pool2d(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    if stride is None:
        stride = kernel
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride, padding
    ho = pool_out_size(x.shape[2], kh, sh, ph)
    wo = pool_out_size(x.shape[3], kw, sw, pw)
    xp = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    out = None
    for a in range(kh):
        for b in range(kw):
            v = xp[:, :, a : a + (ho - 1) * sh + 1 : sh, b : b + (wo - 1) * sw + 1 : sw]
            if out is None:
                out = v
            elif mode == "max":
                out = torch.maximum(out, v)
            else:
                out = out + v
    return out if mode == "max" else out / (kh * kw)


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for k, s, d in layers:
        size += (k - 1) * d * jump
        jump *= s
    return size, jump


def conv_cost(cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True) -> tuple[int, int]:
    weights = cin * cout * kh * kw
    return weights + (cout if bias else 0), weights * h_out * w_out
