"""Right solutions of `conv2d` in other styles; each gets full marks."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from grader.suite.mutants import variant


@variant
def by_windows(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    padded = F.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    spans = (dilation[0] * (kh - 1) + 1, dilation[1] * (kw - 1) + 1)
    windows = padded.unfold(2, spans[0], stride[0]).unfold(3, spans[1], stride[1])
    out = torch.einsum("nchwij,ocij->nohw", windows[..., :: dilation[0], :: dilation[1]], weight)
    if bias is not None:
        out += bias.view(1, -1, 1, 1)
    return out


@variant
def by_columns(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kernel = (weight.shape[2], weight.shape[3])
    sizes = [
        (n + 2 * p - (d * (k - 1) + 1)) // s + 1
        for n, k, s, p, d in zip(x.shape[2:], kernel, stride, padding, dilation, strict=True)
    ]
    columns = F.unfold(x, kernel, dilation=dilation, padding=padding, stride=stride)
    out = weight.flatten(1) @ columns
    if bias is not None:
        out = out + bias[:, None]
    return out.reshape(*out.shape[:2], *sizes)


@variant
def tap_by_tap(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    (n, cin, h, w), (cout, _, kh, kw) = x.shape, weight.shape
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = x.new_zeros(n, cin, h + 2 * ph, w + 2 * pw)
    padded[:, :, ph : ph + h, pw : pw + w] = x
    ho, wo = (h + 2 * ph - dh * (kh - 1) - 1) // sh + 1, (w + 2 * pw - dw * (kw - 1) - 1) // sw + 1
    out = torch.zeros(n, cout, ho, wo, dtype=x.dtype, device=x.device)
    for a in range(kh):
        for b in range(kw):
            seen = padded[:, :, a * dh : a * dh + (ho - 1) * sh + 1 : sh, b * dw : b * dw + (wo - 1) * sw + 1 : sw]
            out = out + torch.tensordot(seen, weight[:, :, a, b], dims=([1], [1])).permute(0, 3, 1, 2)
    return out if bias is None else out + bias.reshape(-1, 1, 1)


@variant
def place_by_place(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    span_h, span_w = dilation[0] * (weight.shape[2] - 1) + 1, dilation[1] * (weight.shape[3] - 1) + 1
    padded = F.pad(x, (padding[1],) * 2 + (padding[0],) * 2)
    rows = []
    for top in range(0, padded.shape[2] - span_h + 1, stride[0]):
        row = []
        for left in range(0, padded.shape[3] - span_w + 1, stride[1]):
            window = padded[:, :, top : top + span_h : dilation[0], left : left + span_w : dilation[1]]
            row.append(window.flatten(1) @ weight.flatten(1).T)
        rows.append(torch.stack(row, -1))
    out = torch.stack(rows, -2)
    return out if bias is None else out + bias[None, :, None, None]


@variant
def dense_first_then_thinned(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kernel = tuple(weight.shape[2:])
    columns = F.unfold(x, kernel, dilation, padding)
    width = x.shape[3] + 2 * padding[1] - dilation[1] * (kernel[1] - 1)
    out = torch.einsum("ok,nkl->nol", weight.reshape(weight.shape[0], -1), columns)
    if bias is not None:
        out = out + bias.unsqueeze(1)
    return out.reshape(x.shape[0], weight.shape[0], -1, width)[:, :, :: stride[0], :: stride[1]]
