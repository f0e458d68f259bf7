"""Right versions of `batch_norm` in other styles than the reference."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def scale_and_shift(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if training:
        rows = x.transpose(0, 1).flatten(1)
        if rows.shape[1] < 2:
            raise ValueError("too few values")
        mean = rows.sum(1) / rows.shape[1]
        centred = rows - mean[:, None]
        var = (centred**2).sum(1) / rows.shape[1]
        running_mean.lerp_(mean.detach(), momentum)
        running_var.lerp_(rows.detach().var(1), momentum)
    else:
        mean, var = running_mean.clone(), running_var.clone()
    scale = (var + eps).rsqrt()
    if weight is not None:
        scale = scale * weight
    shift = -mean * scale if bias is None else bias - mean * scale
    line_up = (slice(None), *[None] * (x.dim() - 2))
    return x * scale[line_up] + shift[line_up]


@variant
def channel_by_channel(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    outputs = []
    for index, channel in enumerate(x.unbind(1)):
        if training:
            if channel.numel() == 1:
                raise ValueError("one value has no spread")
            mean, var = channel.mean(), channel.var(unbiased=False)
            running_mean[index] = (1 - momentum) * running_mean[index] + momentum * mean.detach()
            running_var[index] = (1 - momentum) * running_var[index] + momentum * channel.detach().var()
        else:
            mean, var = running_mean[index], running_var[index]
        output = (channel - mean) / torch.sqrt(var + eps)
        output = output if weight is None else output * weight[index]
        outputs.append(output if bias is None else output + bias[index])
    return torch.stack(outputs, dim=1)


@variant
def copied_into_the_buffers(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    last = x.movedim(1, -1)
    mean, var = running_mean, running_var
    if training:
        n = last[..., 0].numel()
        if not n > 1:
            raise ValueError(f"expected more than 1 value per channel, got {n}")
        mean = last.reshape(n, -1).mean(0)
        var = (last - mean).square().reshape(n, -1).mean(0)
        running_mean.copy_(momentum * mean.detach() + (1 - momentum) * running_mean)
        running_var.copy_(momentum * var.detach() * n / (n - 1) + (1 - momentum) * running_var)
    normed = (last - mean) * (var + eps) ** -0.5
    gamma = torch.ones_like(mean) if weight is None else weight
    beta = torch.zeros_like(mean) if bias is None else bias
    return (gamma * normed + beta).movedim(-1, 1)
