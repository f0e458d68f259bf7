"""Plausible wrong versions of `batch_norm`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(en="Your eps is added outside the root.", zh="你的 eps 加在了根号外面。")
def eps_outside_the_root(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var.sqrt() + eps).reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(en="Your function ignores `eps` and always uses 1e-5.", zh="你的函数忽略了 `eps`，总是使用 1e-5。")
def eps_is_fixed(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + 1e-5).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(en="Your function divides by the variance and not by its root.", zh="你的函数除以了方差，而不是它的平方根。")
def divides_by_the_variance(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your training step normalises with the unbiased variance; the biased one belongs there.",
    zh="你的训练步用无偏方差做规范化；那里应当用有偏方差。",
)
def unbiased_normalisation(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    if training:
        var = var * count / (count - 1)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your running variance takes up the biased variance; it should store the unbiased one.",
    zh="你的 running_var 吸收的是有偏方差；它应当存无偏方差。",
)
def biased_running_variance(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var)
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your running variance is corrected with the number of samples, not with the number of values of a channel.",
    zh="你的 running_var 用样本数做了无偏修正，而不是用一个通道的值的个数。",
)
def bessel_with_samples(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * x.shape[0] / max(x.shape[0] - 1, 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your `momentum` weighs the old value of the buffers; here it is the weight of the new one.",
    zh="你的 `momentum` 是缓冲区旧值的权重；这里它应当是新值的权重。",
)
def momentum_roles_swapped(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(momentum).add_((1 - momentum) * mean)
            running_var.mul_(momentum).add_((1 - momentum) * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your buffers ignore `momentum` and always take up the new value with weight 0.1.",
    zh="你的缓冲区忽略了 `momentum`，总是以 0.1 的权重吸收新值。",
)
def momentum_is_fixed(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(0.9).add_(0.1 * mean)
            running_var.mul_(0.9).add_(0.1 * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(en="Your evaluation moves the buffers.", zh="你的评估模式改动了缓冲区。")
def updates_in_evaluation(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean.clone(), running_var.clone()
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * x.mean(dims))
            running_var.mul_(1 - momentum).add_(momentum * x.var(dims, correction=int(count > 1)))
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your evaluation normalises with the statistics of the batch instead of the buffers.",
    zh="你的评估模式用批量的统计量做规范化，而不是用缓冲区。",
)
def batch_statistics_in_evaluation(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        dims = [0, *range(2, x.ndim)]
        mean, var = x.mean(dims), x.var(dims, correction=0)
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your function trains when `training` is not given; its default is False.",
    zh="不给 `training` 时，你的函数按训练模式运行；默认值应当是 False。",
)
def trains_by_default(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your training step normalises with the moved buffers instead of the statistics of the batch.",
    zh="你的训练步用更新后的缓冲区做规范化，而不是用批量的统计量。",
)
def running_statistics_in_training(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    mean, var = running_mean.clone(), running_var.clone()
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your training step leaves the caller's buffers unchanged: they have to be written in place.",
    zh="你的训练步没有改变调用者的缓冲区：必须原地写入它们。",
)
def buffers_rebound(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean = (1 - momentum) * running_mean + momentum * mean
            running_var = (1 - momentum) * running_var + momentum * var * count / (count - 1)
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your running variance never moves; only the running mean does.",
    zh="你的 running_var 从不更新；只有 running_mean 在更新。",
)
def running_variance_never_moves(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your running variance takes up the standard deviation of the batch.",
    zh="你的 running_var 吸收的是批量的标准差。",
)
def running_standard_deviation(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * (var * count / (count - 1)).sqrt())
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your batch mean and variance are cut off from the graph: the values are right, the input's gradient is not.",
    zh="你的批量均值和方差与计算图断开了：值是对的，但输入的梯度不对。",
)
def statistics_detached(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.detach().mean(dims), x.detach().var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your batch mean is cut off from the graph: the gradient of the input misses what flows through it.",
    zh="你的批量均值与计算图断开了：输入的梯度缺少经过均值的部分。",
)
def mean_detached(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.detach().mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your batch variance is cut off from the graph: the gradient of the input misses what flows through it.",
    zh="你的批量方差与计算图断开了：输入的梯度缺少经过方差的部分。",
)
def variance_detached(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.detach().var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your buffers keep the graph of the batch: gradients of later outputs flow back into earlier batches.",
    zh="你的缓冲区保留了批量的计算图：之后输出的梯度会流回之前的批量。",
)
def buffers_keep_the_graph(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        running_mean.mul_(1 - momentum).add_(momentum * mean)
        running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your weight and bias line up with the last dimension instead of the channels.",
    zh="你的权重和偏置对齐到了最后一维，而不是通道维。",
)
def affine_on_the_last_dimension(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight
    if bias is not None:
        result = result + bias
    return result


@mutant(
    en="Your function applies weight and bias only when both are given.",
    zh="只有同时给出权重和偏置时，你的函数才使用它们。",
)
def affine_only_as_a_pair(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None and bias is not None:
        result = result * weight.reshape(per_channel) + bias.reshape(per_channel)
    return result


@mutant(en="Your bias is added before the multiplication by the weight.", zh="你先加了偏置，再乘权重。")
def bias_before_weight(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    return result


@mutant(
    en="Your training statistics are taken over the samples only: every position is normalised by itself.",
    zh="你的训练统计量只对样本求：每个位置各自做了规范化。",
)
def per_position_statistics(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(0, keepdim=True), x.var(0, correction=0, keepdim=True)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * x.mean(dims))
            running_var.mul_(1 - momentum).add_(momentum * x.var(dims))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    if not training:
        mean, var = mean.reshape(per_channel), var.reshape(per_channel)
    result = (x - mean) / (var + eps).sqrt()
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your training step accepts a single value per channel; it has to raise ValueError.",
    zh="你的训练步接受了每个通道只有一个值的批量；应当抛出 ValueError。",
)
def no_refusal(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * x.var(dims))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your training step refuses every batch of one sample, even if its channels have several values.",
    zh="你的训练步拒绝了所有只有一个样本的批量，即使每个通道有多个值。",
)
def refuses_single_samples(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if x.shape[0] < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Your function refuses single values in evaluation too, where they are allowed.",
    zh="你的函数在评估模式下也拒绝单个值，而那是允许的。",
)
def refuses_in_evaluation(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if x.numel() // x.shape[1] < 2:
        raise ValueError("at least 2 values per channel")
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result


@mutant(
    en="Where `weight` or `bias` is None, your function creates a tensor on a fixed device, not on that of the inputs.",
    zh="`weight` 或 `bias` 为 None 时，你的函数把张量建在固定的设备上，而不是输入所在的设备。",
)
def weight_on_the_cpu(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    weight = torch.ones(x.shape[1]) if weight is None else weight
    result = (x - mean.reshape(per_channel)) / (var + eps).sqrt().reshape(per_channel) * weight.reshape(per_channel)
    return result if bias is None else result + bias.reshape(per_channel)


@mutant(en="Your function writes into its input.", zh="你的函数改写了输入。")
def changes_its_input(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        mean, var = running_mean, running_var
    else:
        dims = [0, *range(2, x.ndim)]
        count = x.numel() // x.shape[1]
        if count < 2:
            raise ValueError("training needs at least 2 values per channel")
        mean, var = x.mean(dims), x.var(dims, correction=0)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean)
            running_var.mul_(1 - momentum).add_(momentum * var * count / (count - 1))
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    x -= mean.reshape(per_channel)
    result = x / (var + eps).sqrt().reshape(per_channel)
    if weight is not None:
        result = result * weight.reshape(per_channel)
    if bias is not None:
        result = result + bias.reshape(per_channel)
    return result
