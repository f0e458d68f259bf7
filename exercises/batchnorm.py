"""Batch normalisation: its statistics, its training and its evaluation mode, its gradient and its removal.

Inputs have shape (N, C, *): N samples, C channels, and any number of further dimensions, also none. All numbers of one
channel share one mean and one variance.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def batch_stats(x: Tensor) -> tuple[Tensor, Tensor]:  # (N, C, *) -> (C,), (C,)
    """Returns the mean and the biased variance (divided by the number of values) of each channel."""
    raise NotImplementedError("batch_stats")


def batch_norm(  # (N, C, *), buffers, weight and bias (C,) -> (N, C, *)
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalises each channel: (x - mean) / sqrt(var + eps) * weight + bias.

    In training, mean and biased variance are those of the batch, and both buffers move in place:
    running <- (1 - momentum) * running + momentum * new, where the new variance is the unbiased one. Otherwise the
    buffers are used and stay as they are. Raises ValueError in training if a channel has fewer than 2 values.
    """
    raise NotImplementedError("batch_norm")


class BatchNorm(nn.Module):  # (N, C, *) -> (N, C, *)
    """The layer around the rule of `batch_norm`, with parameters, buffers and a mode of its own.

    Parameters `weight` (ones) and `bias` (zeros) of shape (C,), both None without `affine`. Buffers `running_mean`
    (zeros), `running_var` (ones) of shape (C,) and `num_batches_tracked`, an int64 0 of shape (). Each training batch
    adds 1 to the counter. With `momentum=None` the k-th batch weighs 1/k, so that the buffers are plain averages.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        raise NotImplementedError("BatchNorm.__init__")

    def forward(self, x: Tensor) -> Tensor:
        """Normalises with the batch in training mode and moves the buffers, else with the buffers."""
        raise NotImplementedError("BatchNorm.forward")


def batch_norm_backward(  # (N, C, *), (N, C, *), (C,) -> (N, C, *), (C,), (C,)
    grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    """Returns the gradients of `x`, weight and bias of batch normalisation in training, without autograd.

    `grad_out` is the gradient of the output. Mean and biased variance depend on every value of the channel.
    """
    raise NotImplementedError("batch_norm_backward")


def fold_bn(  # (Cout, Cin, kh, kw), (Cout,) or None, four times (Cout,) -> (Cout, Cin, kh, kw), (Cout,)
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    """Returns kernel and bias of the one convolution that does what the convolution and batch norm after it do.

    Batch norm is in evaluation mode: `mean` and `var` are its buffers, `weight` and `bias` its parameters.
    `conv_b=None` counts as zeros.
    """
    raise NotImplementedError("fold_bn")


def identity_affine(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:  # (C,), (C,) -> (C,), (C,)
    """Returns the weight and the bias with which batch norm in evaluation mode returns its input."""
    raise NotImplementedError("identity_affine")
