"""Slow, readable specifications of the eight tasks, which the suite trusts.

Sizes are counted window by window or cell by cell; the tensor functions are torch's own operators, which the exercise
withholds from the student. Nothing here imports a submission.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

Pair = tuple[int, int]


def conv_places(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Walks the first tap over the padded line for as long as the last tap stays on it; 0 where nothing fits."""
    places, first = 0, -padding
    while first + dilation * (kernel - 1) < n + padding:
        places += 1
        first += stride
    return places


def pool_places(n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False) -> int:
    """Sets one window after the other; with `ceil_mode` until the padded line is covered or the input has ended."""
    places, first = 0, -padding
    step = kernel if stride is None else stride
    covered = -padding
    while (first < n and covered < n + padding) if ceil_mode else first + kernel <= n + padding:
        places += 1
        covered = first + kernel
        first += step
    return places


def transposed_extent(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """Lets every input cell write to the cells it reaches, then crops both ends and lengthens the right one."""
    written = {cell * stride + tap * dilation for cell in range(n) for tap in range(kernel)}
    return len(range(max(written) + 1)[padding:]) - padding + output_padding


def corr2d_spec(x: Tensor, k: Tensor) -> Tensor:
    """Asks torch for a convolution with one channel."""
    return conv2d_spec(x[None, None], k[None, None])[0, 0]


def conv2d_spec(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
) -> Tensor:
    """Asks torch, in float64: on a GPU its float32 convolution rounds to fewer digits."""
    wide = [value if value is None else value.to(torch.float64) for value in (x, weight, bias)]
    return F.conv2d(*wide, stride, padding, dilation).to(x.dtype)


def pool2d_spec(
    x: Tensor, kernel: Pair, stride: Pair | None = None, padding: Pair = (0, 0), mode: str = "max"
) -> Tensor:
    """Asks torch."""
    if mode == "max":
        return F.max_pool2d(x, kernel, stride, padding)
    return F.avg_pool2d(x, kernel, stride, padding)


def seen_from_outputs(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    """Follows the taps of the first two outputs down to the input and looks which cells they touch."""

    def touched(cells: set[int]) -> set[int]:
        for kernel, stride, dilation in reversed(layers):
            cells = {cell * stride + tap * dilation for cell in cells for tap in range(kernel)}
        return cells

    first, second = touched({0}), touched({1})
    return max(first) - min(first) + 1, min(second) - min(first)


def counted_cost(cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True) -> tuple[int, int]:
    """Counts the parameters of torch's own layer, and the taps of every output element."""
    layer = torch.nn.Conv2d(cin, cout, (kh, kw), bias=bias, device="meta")
    parameters = sum(parameter.numel() for parameter in layer.parameters())
    taps_of_one_output = layer.weight[0].numel()
    return parameters, torch.Size((cout, h_out, w_out)).numel() * taps_of_one_output


def gradients_of(
    spec: Callable[..., Tensor], inputs: Sequence[Tensor], cotangent: Tensor, *rest: object
) -> tuple[Tensor, ...]:
    """Returns what flows back from `cotangent` to each of the inputs of a specification."""
    leaves = [value.detach().clone().requires_grad_() for value in inputs]
    return torch.autograd.grad((spec(*leaves, *rest) * cotangent).sum(), leaves)
