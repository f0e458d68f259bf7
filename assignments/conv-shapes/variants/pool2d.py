"""Right solutions of `pool2d` in other styles; each gets full marks."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from grader.suite.mutants import variant


@variant
def window_by_window(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    sh, sw = kernel if stride is None else stride
    (kh, kw), (ph, pw), (h, w) = kernel, padding, x.shape[2:]
    rows = []
    for top in range(-ph, h + ph - kh + 1, sh):
        row = []
        for left in range(-pw, w + pw - kw + 1, sw):
            inside = x[:, :, max(top, 0) : top + kh, max(left, 0) : left + kw]
            row.append(inside.amax((2, 3)) if mode == "max" else inside.sum((2, 3)) / (kh * kw))
        rows.append(torch.stack(row, -1))
    return torch.stack(rows, -2)


@variant
def tap_by_tap(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    steps = kernel if stride is None else stride
    sizes = [(n + 2 * p - k) // s for n, p, k, s in zip(x.shape[2:], padding, kernel, steps, strict=True)]
    lowest = torch.finfo(x.dtype).min if mode == "max" else 0.0
    padded = F.pad(x, [padding[1], padding[1], padding[0], padding[0]], "constant", lowest)
    taps = [
        padded[:, :, a : a + sizes[0] * steps[0] + 1 : steps[0], b : b + sizes[1] * steps[1] + 1 : steps[1]]
        for a in range(kernel[0])
        for b in range(kernel[1])
    ]
    if mode == "avg":
        return sum(taps) / len(taps)
    out = taps[0]
    for tap in taps[1:]:
        out = torch.maximum(out, tap)
    return out


@variant
def by_columns(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    stride = stride or kernel
    ph, pw = padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0)
    n, c, h, w = padded.shape
    columns = F.unfold(padded.reshape(n * c, 1, h, w), kernel, stride=stride)
    out = columns.max(dim=1).values if mode == "max" else columns.mean(dim=1)
    return out.reshape(n, c, (h - kernel[0]) // stride[0] + 1, (w - kernel[1]) // stride[1] + 1)
