"""Plausible wrong versions of `fold_bn`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your kernel is scaled along the input channels; the scale belongs to the output channels.",
    zh="你沿输入通道缩放了卷积核；缩放应当作用于输出通道。",
)
def scales_input_channels(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    shift = -mean if conv_b is None else conv_b - mean
    return conv_w * scale.reshape(1, -1, 1, 1), shift * scale + bias


@mutant(
    en="Your scale lines up with the last dimension of the kernel instead of the output channels.",
    zh="你的缩放对齐到了卷积核的最后一维，而不是输出通道。",
)
def scales_the_last_dimension(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    shift = -mean if conv_b is None else conv_b - mean
    return conv_w * scale, shift * scale + bias


@mutant(en="Your scale leaves out `eps`.", zh="你的缩放漏掉了 `eps`。")
def eps_left_out(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / var.sqrt()
    shift = -mean if conv_b is None else conv_b - mean
    return conv_w * scale.reshape(-1, 1, 1, 1), shift * scale + bias


@mutant(en="Your eps is added outside the root.", zh="你的 eps 加在了根号外面。")
def eps_outside_the_root(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var.sqrt() + eps)
    shift = -mean if conv_b is None else conv_b - mean
    return conv_w * scale.reshape(-1, 1, 1, 1), shift * scale + bias


@mutant(en="Your scale divides by the variance and not by its root.", zh="你的缩放除以了方差，而不是它的平方根。")
def divides_by_the_variance(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps)
    shift = -mean if conv_b is None else conv_b - mean
    return conv_w * scale.reshape(-1, 1, 1, 1), shift * scale + bias


@mutant(en="Your scale leaves out the weight of batch norm.", zh="你的缩放漏掉了批量规范化的权重。")
def weight_left_out(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = 1 / (var + eps).sqrt()
    shift = -mean if conv_b is None else conv_b - mean
    return conv_w * scale.reshape(-1, 1, 1, 1), shift * scale + bias


@mutant(en="Your result loses the sign of negative weights.", zh="你的结果丢掉了负权重的符号。")
def weight_sign_lost(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight.abs() / (var + eps).sqrt()
    shift = -mean if conv_b is None else conv_b - mean
    return conv_w * scale.reshape(-1, 1, 1, 1), shift * scale + bias


@mutant(
    en="Your new bias takes the bias of the convolution over without scaling it.",
    zh="你的新偏置直接沿用了卷积的偏置，没有缩放。",
)
def conv_bias_not_scaled(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    return conv_w * scale.reshape(-1, 1, 1, 1), (0 if conv_b is None else conv_b) - mean * scale + bias


@mutant(en="Your new bias subtracts the mean without scaling it.", zh="你的新偏置减去均值时没有缩放。")
def mean_not_scaled(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    return conv_w * scale.reshape(-1, 1, 1, 1), (0 if conv_b is None else conv_b * scale) - mean + bias


@mutant(
    en="Your new bias is conv_b minus mean plus bias: nothing in it is scaled.",
    zh="你的新偏置是 conv_b 减均值再加偏置：其中没有任何缩放。",
)
def shift_not_scaled(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    shift = -mean if conv_b is None else conv_b - mean
    return conv_w * scale.reshape(-1, 1, 1, 1), shift + bias


@mutant(en="Your new bias leaves out the mean.", zh="你的新偏置漏掉了均值。")
def mean_left_out(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    shift = torch.zeros_like(mean) if conv_b is None else conv_b
    return conv_w * scale.reshape(-1, 1, 1, 1), shift * scale + bias


@mutant(en="Your new bias adds the mean where it should subtract it.", zh="你的新偏置加上了均值；应当减去。")
def mean_added(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    shift = mean if conv_b is None else conv_b + mean
    return conv_w * scale.reshape(-1, 1, 1, 1), shift * scale + bias


@mutant(en="Your new bias leaves out the bias of batch norm.", zh="你的新偏置漏掉了批量规范化的偏置。")
def bias_left_out(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    shift = -mean if conv_b is None else conv_b - mean
    return conv_w * scale.reshape(-1, 1, 1, 1), shift * scale


@mutant(en="Your new bias scales the bias of batch norm too.", zh="你的新偏置把批量规范化的偏置也缩放了。")
def bias_scaled_too(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    shift = -mean if conv_b is None else conv_b - mean
    return conv_w * scale.reshape(-1, 1, 1, 1), (shift + bias) * scale


@mutant(en="Your kernel is returned without scaling.", zh="你返回的卷积核没有缩放。")
def kernel_not_scaled(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    shift = -mean if conv_b is None else conv_b - mean
    return conv_w.clone(), shift * scale + bias


@mutant(en="Your function fails when the convolution has no bias.", zh="卷积没有偏置时，你的函数会出错。")
def no_bias_crashes(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    shift = conv_b - mean
    return conv_w * scale.reshape(-1, 1, 1, 1), shift * scale + bias


@mutant(
    en="Your function forgets the mean when the convolution has no bias.", zh="卷积没有偏置时，你的函数漏掉了均值。"
)
def no_bias_drops_the_mean(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    shift = torch.zeros_like(mean) if conv_b is None else conv_b - mean
    return conv_w * scale.reshape(-1, 1, 1, 1), shift * scale + bias


@mutant(
    en="Your function returns None as bias when the convolution has none; there has to be one.",
    zh="卷积没有偏置时，你的函数返回 None 作为偏置；此时也必须有偏置。",
)
def no_bias_stays_none(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    shift = -mean if conv_b is None else conv_b - mean
    kernel = conv_w * scale.reshape(-1, 1, 1, 1)
    return kernel, None if conv_b is None else shift * scale + bias


@mutant(
    en="Without a convolution bias, your function creates one on a fixed device, not on that of the inputs.",
    zh="卷积没有偏置时，你的函数把偏置建在固定的设备上，而不是输入所在的设备。",
)
def missing_bias_on_the_cpu(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    if conv_b is None:
        conv_b = torch.zeros(len(mean))
    return conv_w * scale.reshape(-1, 1, 1, 1), (conv_b - mean) * scale + bias


@mutant(
    en="Your function writes into the convolution's own kernel and bias.", zh="你的函数改写了卷积原有的卷积核和偏置。"
)
def folds_in_place(
    conv_w: Tensor,
    conv_b: Tensor | None,
    mean: Tensor,
    var: Tensor,
    weight: Tensor,
    bias: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    scale = weight / (var + eps).sqrt()
    conv_w.mul_(scale.reshape(-1, 1, 1, 1))
    if conv_b is None:
        return conv_w, bias - mean * scale
    return conv_w, conv_b.sub_(mean).mul_(scale).add_(bias)
