"""Plausible wrong versions of `batch_stats`, each with its misconception."""

from __future__ import annotations

from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your statistics are taken over the samples and the channels, not for each channel.",
    zh="你的统计量是对样本和通道一起求的，而不是每个通道各求一次。",
)
def over_samples_and_channels(x: Tensor) -> tuple[Tensor, Tensor]:
    dims = [0, 1]
    return x.mean(dims), x.var(dims, correction=0)


@mutant(
    en="Your statistics are taken over the whole tensor, not for each channel.",
    zh="你的统计量是对整个张量求的，而不是每个通道各求一次。",
)
def over_everything(x: Tensor) -> tuple[Tensor, Tensor]:
    return x.mean(), x.var(correction=0)


@mutant(
    en="Your statistics are taken for each sample instead of for each channel.",
    zh="你的统计量是每个样本各求一次，而不是每个通道各求一次。",
)
def per_sample(x: Tensor) -> tuple[Tensor, Tensor]:
    dims = list(range(1, x.ndim))
    return x.mean(dims), x.var(dims, correction=0)


@mutant(
    en="Your statistics are taken over the samples only: positions of one channel do not share them.",
    zh="你的统计量只对样本求：同一通道的各个位置没有共用它们。",
)
def over_samples_only(x: Tensor) -> tuple[Tensor, Tensor]:
    return x.mean(0), x.var(0, correction=0)


@mutant(
    en="Your statistics are taken over the positions only: the samples do not share them.",
    zh="你的统计量只对位置求：各个样本没有共用它们。",
)
def over_positions_only(x: Tensor) -> tuple[Tensor, Tensor]:
    dims = list(range(2, x.ndim)) or [0]
    return x.mean(dims), x.var(dims, correction=0)


@mutant(
    en="Your variance is the unbiased one: it is divided by one less than the number of values.",
    zh="你的方差是无偏方差：除数比值的个数少 1。",
)
def unbiased_variance(x: Tensor) -> tuple[Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    return x.mean(dims), x.var(dims, correction=1)


@mutant(
    en="Your variance is a sum of squared deviations that is not divided by their number.",
    zh="你的方差只是离差平方和，没有除以个数。",
)
def variance_is_a_sum(x: Tensor) -> tuple[Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    mean = x.mean(dims, keepdim=True)
    return mean.flatten(), ((x - mean) ** 2).sum(dims)


@mutant(
    en="Your sums are divided by the number of samples, not by the number of values of a channel.",
    zh="你的和除以了样本数，而不是一个通道的值的个数。",
)
def divided_by_samples(x: Tensor) -> tuple[Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    mean = x.sum(dims, keepdim=True) / x.shape[0]
    return mean.flatten(), ((x - mean) ** 2).sum(dims) / x.shape[0]


@mutant(
    en="Your results keep the reduced dimensions; their shape should be (C,).",
    zh="你的结果保留了被约简的维度；它们的形状应当是 (C,)。",
)
def keeps_dimensions(x: Tensor) -> tuple[Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    return x.mean(dims, keepdim=True), x.var(dims, correction=0, keepdim=True)


@mutant(
    en="Your variance loses its digits far from zero: it behaves like the mean square minus the squared mean.",
    zh="对远离零的数，你的方差丢失了有效数字：它的表现就像“平方的均值减去均值的平方”。",
)
def difference_of_squares(x: Tensor) -> tuple[Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    mean = x.mean(dims)
    return mean, (x * x).mean(dims) - mean * mean


@mutant(en="Your second result is the standard deviation, not the variance.", zh="你的第二个结果是标准差，而不是方差。")
def standard_deviation(x: Tensor) -> tuple[Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    return x.mean(dims), x.std(dims, correction=0)


@mutant(
    en="Your results come in the wrong order: the variance stands before the mean.",
    zh="你的结果顺序反了：方差排在了均值前面。",
)
def wrong_order(x: Tensor) -> tuple[Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    return x.var(dims, correction=0), x.mean(dims)


@mutant(
    en="Your statistics mix the channels: they are those of a reshape to C rows that leaves the samples in front.",
    zh="你的统计量混合了不同通道：它们来自直接变形为 C 行的结果，而样本维还在最前面。",
)
def reshape_mixes_channels(x: Tensor) -> tuple[Tensor, Tensor]:
    rows = x.reshape(x.shape[1], -1)
    return rows.mean(1), rows.var(1, correction=0)


@mutant(
    en="Your results are cut off from the graph: no gradient flows back to the input.",
    zh="你的结果与计算图断开了：没有梯度流回输入。",
)
def cut_off(x: Tensor) -> tuple[Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    x = x.detach()
    return x.mean(dims), x.var(dims, correction=0)
