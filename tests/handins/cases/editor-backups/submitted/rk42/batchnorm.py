"""Batch normalisation: its statistics, its training and its evaluation mode, its gradient and its removal.

Inputs have shape (N, C, *): N samples, C channels, and any number of further dimensions, also none. All numbers of one
channel share one mean and one variance.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def batch_stats(x: Tensor) -> tuple[Tensor, Tensor]:  # (N, C, *) -> (C,), (C,)
    """Returns the mean and the biased variance (divided by the number of values) of each channel."""
    dims = [0, *range(2, x.ndim)]
    return x.mean(dims), x.var(dims, correction=0)


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
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]  # values per channel
    if training and count < 2:
        raise ValueError("training needs at least 2 values per channel")
    if training:
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    else:
        mean, var = running_mean, running_var
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


class BatchNorm(nn.Module):  # (N, C, *) -> (N, C, *)
    """The layer around the rule of `batch_norm`, with parameters, buffers and a mode of its own.

    Parameters `weight` (ones) and `bias` (zeros) of shape (C,), both None without `affine`. Buffers `running_mean`
    (zeros), `running_var` (ones) of shape (C,) and `num_batches_tracked`, an int64 0 of shape (). Each training batch
    adds 1 to the counter. With `momentum=None` the k-th batch weighs 1/k, so that the buffers are plain averages.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        """Normalises with the batch in training mode and moves the buffers, else with the buffers."""
        dims = [0, *range(2, x.ndim)]
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        count = x.numel() // x.shape[1]
        if self.training and count < 2:
            raise ValueError("training needs at least 2 values per channel")
        if self.training:
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked += 1
                factor = 1 / int(self.num_batches_tracked) if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


def batch_norm_backward(  # (N, C, *), (N, C, *), (C,) -> (N, C, *), (C,), (C,)
    grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    """Returns the gradients of `x`, weight and bias of batch normalisation in training, without autograd.

    `grad_out` is the gradient of the output. Mean and biased variance depend on every value of the channel.
    """
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    mean, var = x.mean(dims, keepdim=True), x.var(dims, correction=0, keepdim=True)
    scale = 1 / (var + eps).sqrt()
    normed = (x - mean) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_channel) + normed * dweight.reshape(per_channel)) / count
    return weight.reshape(per_channel) * scale * (grad_out - shared), dweight, dbias


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
    scale = weight / (var + eps).sqrt()
    old_bias = torch.zeros_like(mean) if conv_b is None else conv_b
    return conv_w * scale.reshape(-1, 1, 1, 1), (old_bias - mean) * scale + bias


def identity_affine(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:  # (C,), (C,) -> (C,), (C,)
    """Returns the weight and the bias with which batch norm in evaluation mode returns its input."""
    return (var + eps).sqrt(), mean.clone()
