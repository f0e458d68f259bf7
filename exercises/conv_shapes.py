"""Convolution and pooling: the sizes they produce, what they compute, what one output sees and what it costs."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def conv_out_size(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Returns how many places a kernel of `kernel` taps has on a line of `n` cells.

    Both ends get `padding` extra cells, neighbouring taps lie `dilation` cells apart, and the kernel moves by `stride`.

    Raises:
        ValueError: if `n`, `kernel`, `stride` or `dilation` is below 1, if `padding` is negative, or if the dilated
            kernel is longer than the padded line.
    """
    raise NotImplementedError("conv_out_size")


def pool_out_size(n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False) -> int:
    """Returns the output size of pooling along one axis; `stride=None` means `stride=kernel`.

    With `ceil_mode` the division is rounded up, so that a last window may reach beyond the right padding; but a window
    that would start in the right padding or behind it is left out.

    Raises:
        ValueError: if `padding` is more than half of `kernel`.
    """
    raise NotImplementedError("pool_out_size")


def conv_transpose_out_size(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """Returns the output size of a transposed convolution: the way back from `conv_out_size`.

    `stride` spreads the input, `padding` crops both ends of the output, `output_padding` lengthens its right end.

    Raises:
        ValueError: unless `output_padding` is smaller than `stride` or smaller than `dilation`.
    """
    raise NotImplementedError("conv_transpose_out_size")


def corr2d(x: Tensor, k: Tensor) -> Tensor:  # (H, W), (kh, kw) -> (H - kh + 1, W - kw + 1)
    """Cross-correlation: out[i, j] = sum over a, b of x[i + a, j + b] * k[a, b]. The kernel is not flipped."""
    raise NotImplementedError("corr2d")


def conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:  # (N, Cin, H, W), (Cout, Cin, kh, kw), (Cout,) -> (N, Cout, Hout, Wout)
    """Applies each of the Cout kernels to all input channels, sums over the channels and adds the bias.

    The kernel is not flipped. `padding` puts zeros at both ends of an axis. The pairs are (height, width).
    """
    raise NotImplementedError("conv2d")


def pool2d(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:  # (N, C, H, W) -> (N, C, Hout, Wout)
    """Takes the maximum (mode "max") or the mean (mode "avg") of every window, in each channel by itself.

    `stride=None` means `stride=kernel`. Padding never wins a maximum; in a mean it counts as zeros, so that the
    divisor is always kh * kw. The pairs are (height, width).
    """
    raise NotImplementedError("pool2d")


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    """Returns (size, jump) of a stack of layers (kernel, stride, dilation), the first layer first.

    `size` is the number of input cells from the first to the last that one output sees; `jump` is the distance, in
    input cells, between what two neighbouring outputs see. Without layers both are 1.
    """
    raise NotImplementedError("receptive_field")


def conv_cost(cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True) -> tuple[int, int]:
    """Returns (parameters, multiply-adds) of a 2-D convolution for one image.

    The bias counts as one parameter per output channel and as no multiply-add.
    """
    raise NotImplementedError("conv_cost")
