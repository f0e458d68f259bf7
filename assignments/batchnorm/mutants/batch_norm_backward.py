"""Plausible wrong versions of `batch_norm_backward`, each with its misconception."""

from __future__ import annotations

from torch import Tensor

from grader.mutants import mutant


@mutant(en="Your dx treats mean and variance as constants.", zh="你的 dx 把均值和方差当成了常数。")
def statistics_are_constants(
    grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    return weight.reshape(per_channel) * scale * grad_out, dweight, dbias


@mutant(en="Your dx misses the term that flows through the mean.", zh="你的 dx 缺少经过均值的那一项。")
def nothing_through_the_mean(
    grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = normed * dweight.reshape(per_channel) / count
    return weight.reshape(per_channel) * scale * (grad_out - shared), dweight, dbias


@mutant(en="Your dx misses the term that flows through the variance.", zh="你的 dx 缺少经过方差的那一项。")
def nothing_through_the_variance(
    grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = dbias.reshape(per_channel) / count
    return weight.reshape(per_channel) * scale * (grad_out - shared), dweight, dbias


@mutant(
    en="Your dx adds the term that flows through the variance; it has to be subtracted.",
    zh="你的 dx 加上了经过方差的那一项；应当减去它。",
)
def variance_term_has_the_wrong_sign(
    grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_channel) - normed * dweight.reshape(per_channel)) / count
    return weight.reshape(per_channel) * scale * (grad_out - shared), dweight, dbias


@mutant(
    en="Your dweight uses x itself instead of the normalised x.", zh="你的 dweight 用的是 x 本身，而不是规范化后的 x。"
)
def dweight_without_normalisation(
    grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_channel) + normed * dweight.reshape(per_channel)) / count
    dweight = (grad_out * x).sum(dims)
    return weight.reshape(per_channel) * scale * (grad_out - shared), dweight, dbias


@mutant(
    en="Your dx and dweight use x itself instead of the normalised x.",
    zh="你的 dx 和 dweight 用的是 x 本身，而不是规范化后的 x。",
)
def dweight_not_centred_in_dx(
    grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = x
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_channel) + normed * dweight.reshape(per_channel)) / count
    return weight.reshape(per_channel) * scale * (grad_out - shared), dweight, dbias


@mutant(
    en="Your dx divides the sums by the number of samples, not by the number of values of a channel.",
    zh="你的 dx 用样本数去除那些和，而不是用一个通道的值的个数。",
)
def divides_by_samples(grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.shape[0]
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_channel) + normed * dweight.reshape(per_channel)) / count
    return weight.reshape(per_channel) * scale * (grad_out - shared), dweight, dbias


@mutant(
    en="Your gradients use the unbiased variance; the forward pass normalises with the biased one.",
    zh="你的梯度用了无偏方差；前向规范化用的是有偏方差。",
)
def unbiased_variance(grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / (x.var(dims, correction=1, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_channel) + normed * dweight.reshape(per_channel)) / count
    return weight.reshape(per_channel) * scale * (grad_out - shared), dweight, dbias


@mutant(en="Your eps is added outside the root.", zh="你的 eps 加在了根号外面。")
def eps_outside_the_root(
    grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / (x.var(dims, correction=0, keepdim=True).sqrt() + eps)
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_channel) + normed * dweight.reshape(per_channel)) / count
    return weight.reshape(per_channel) * scale * (grad_out - shared), dweight, dbias


@mutant(en="Your gradients leave out `eps`.", zh="你的梯度漏掉了 `eps`。")
def eps_left_out(grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / x.var(dims, correction=0, keepdim=True).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_channel) + normed * dweight.reshape(per_channel)) / count
    return weight.reshape(per_channel) * scale * (grad_out - shared), dweight, dbias


@mutant(en="Your dx leaves out the weight.", zh="你的 dx 漏掉了权重。")
def weight_left_out(grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_channel) + normed * dweight.reshape(per_channel)) / count
    return scale * (grad_out - shared), dweight, dbias


@mutant(en="Your dx is not divided by the root of variance plus eps.", zh="你的 dx 没有除以方差加 eps 的平方根。")
def scale_left_out(grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_channel) + normed * dweight.reshape(per_channel)) / count
    return weight.reshape(per_channel) * (grad_out - shared), dweight, dbias


@mutant(
    en="Your dbias is the mean of the upstream gradient; it should be the sum.",
    zh="你的 dbias 是上游梯度的均值；应当是总和。",
)
def dbias_is_a_mean(grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_channel) + normed * dweight.reshape(per_channel)) / count
    return weight.reshape(per_channel) * scale * (grad_out - shared), dweight, dbias / count


@mutant(
    en="Your dweight and dbias are means over the channel; they should be sums.",
    zh="你的 dweight 和 dbias 是通道内的均值；应当是总和。",
)
def gradients_are_means(
    grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_channel) + normed * dweight.reshape(per_channel)) / count
    return weight.reshape(per_channel) * scale * (grad_out - shared), dweight / count, dbias / count


@mutant(
    en="Your sums run over the samples only: positions of one channel do not share them.",
    zh="你的求和只对样本进行：同一通道的各个位置没有共用它们。",
)
def over_samples_only(grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    per_position = [1, *x.shape[1:]]
    count = x.shape[0]
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_position) + normed * dweight.reshape(per_position)) / count
    return weight.reshape(per_channel) * scale * (grad_out - shared), dweight, dbias


@mutant(
    en="Your results come in the wrong order: dbias stands before dweight.",
    zh="你的结果顺序反了：dbias 排在了 dweight 前面。",
)
def wrong_order(grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    shared = (dbias.reshape(per_channel) + normed * dweight.reshape(per_channel)) / count
    return weight.reshape(per_channel) * scale * (grad_out - shared), dbias, dweight


@mutant(en="Your function changes `grad_out` itself.", zh="你的函数改动了 `grad_out` 本身。")
def changes_grad_out(grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    per_channel = [1, -1] + [1] * (x.ndim - 2)
    count = x.numel() // x.shape[1]
    scale = 1 / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    normed = (x - x.mean(dims, keepdim=True)) * scale
    dweight = (grad_out * normed).sum(dims)
    dbias = grad_out.sum(dims)
    grad_out -= (dbias.reshape(per_channel) + normed * dweight.reshape(per_channel)) / count
    return weight.reshape(per_channel) * scale * grad_out, dweight, dbias
