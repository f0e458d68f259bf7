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
    ### BEGIN SOLUTION
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("n, kernel, stride and dilation start at 1, padding at 0")
    room = n + 2 * padding - (dilation * (kernel - 1) + 1)
    if room < 0:
        raise ValueError("the kernel is longer than the padded line")
    return room // stride + 1
    ### END SOLUTION


def pool_out_size(n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False) -> int:
    """Returns the output size of pooling along one axis; `stride=None` means `stride=kernel`.

    With `ceil_mode` the division is rounded up, so that a last window may reach beyond the right padding; but a window
    that would start in the right padding or behind it is left out.

    Raises:
        ValueError: if `padding` is more than half of `kernel`.
    """
    ### BEGIN SOLUTION
    if 2 * padding > kernel:
        raise ValueError("padding is at most half of the kernel")
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // step + 1
    size = -(-room // step) + 1
    starts_too_late = (size - 1) * step >= padding + n
    return size - 1 if starts_too_late else size
    ### END SOLUTION


def conv_transpose_out_size(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """Returns the output size of a transposed convolution: the way back from `conv_out_size`.

    `stride` spreads the input, `padding` crops both ends of the output, `output_padding` lengthens its right end.

    Raises:
        ValueError: unless `output_padding` is smaller than `stride` or smaller than `dilation`.
    """
    ### BEGIN SOLUTION
    if output_padding >= max(stride, dilation):
        raise ValueError("output_padding is smaller than stride or dilation")
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1
    ### END SOLUTION


def corr2d(x: Tensor, k: Tensor) -> Tensor:  # (H, W), (kh, kw) -> (H - kh + 1, W - kw + 1)
    """Cross-correlation: out[i, j] = sum over a, b of x[i + a, j + b] * k[a, b]. The kernel is not flipped."""
    ### BEGIN SOLUTION
    kh, kw = k.shape
    windows = x.unfold(0, kh, 1).unfold(1, kw, 1)  # (H - kh + 1, W - kw + 1, kh, kw)
    return torch.einsum("ijab,ab->ij", windows, k)
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    if bias is not None:
        out = out + bias[:, None, None]
    return out
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    filler = float("-inf") if mode == "max" else 0.0
    padded = F.pad(x, (pw, pw, ph, ph), value=filler)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)  # (N, C, Hout, Wout, kh, kw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))
    ### END SOLUTION


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    """Returns (size, jump) of a stack of layers (kernel, stride, dilation), the first layer first.

    `size` is the number of input cells from the first to the last that one output sees; `jump` is the distance, in
    input cells, between what two neighbouring outputs see. Without layers both are 1.
    """
    ### BEGIN SOLUTION
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return size, jump
    ### END SOLUTION


def conv_cost(cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True) -> tuple[int, int]:
    """Returns (parameters, multiply-adds) of a 2-D convolution for one image.

    The bias counts as one parameter per output channel and as no multiply-add.
    """
    ### BEGIN SOLUTION
    weights = cout * cin * kh * kw
    parameters = weights + cout if bias else weights
    return parameters, weights * h_out * w_out
    ### END SOLUTION
