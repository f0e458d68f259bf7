"""Plausible wrong versions of `batch_stats`, each with its misconception."""

from __future__ import annotations

from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your statistics are taken over the whole tensor, not for each channel.",
    zh="你的统计量是对整个张量求的，而不是每个通道各求一次。",
)
def over_everything(x: Tensor) -> tuple[Tensor, Tensor]:
    return x.mean(), x.var(correction=0)


@mutant(
    en="Your statistics are taken over the samples only: positions of one channel do not share them.",
    zh="你的统计量只对样本求：同一通道的各个位置没有共用它们。",
)
def over_samples_only(x: Tensor) -> tuple[Tensor, Tensor]:
    return x.mean(0), x.var(0, correction=0)


@mutant(en="Your second result is the standard deviation, not the variance.", zh="你的第二个结果是标准差，而不是方差。")
def standard_deviation(x: Tensor) -> tuple[Tensor, Tensor]:
    dims = [0, *range(2, x.ndim)]
    return x.mean(dims), x.std(dims, correction=0)


@mutant(
    en="Your statistics mix the channels: they are those of a reshape to C rows that leaves the samples in front.",
    zh="你的统计量混合了不同通道：它们来自直接变形为 C 行的结果，而样本维还在最前面。",
)
def reshape_mixes_channels(x: Tensor) -> tuple[Tensor, Tensor]:
    rows = x.reshape(x.shape[1], -1)
    return rows.mean(1), rows.var(1, correction=0)
