"""Plausible wrong versions of `dropout_mask`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your mask holds 1 instead of 1/(1 − p) where an entry is kept, so its mean is below 1.",
    zh="你的掩码在保留处取 1 而不是 1/(1 − p)，于是均值小于 1。",
)
def kept_as_one(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    return keep.to(dtype)


@mutant(
    en="Your mask scales the kept entries by 1/p; the factor that keeps the mean at 1 is 1/(1 − p).",
    zh="你的掩码把保留的元素放大为 1/p；使均值保持为 1 的系数是 1/(1 − p)。",
)
def one_over_p(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    return keep.to(dtype) * (1 / p if p > 0 else 1.0)


@mutant(
    en="Your mask keeps an entry with probability `p`; `p` is the probability of dropping it.",
    zh="你的掩码以概率 `p` 保留元素；而 `p` 是丢弃的概率。",
)
def keeps_with_p(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) < p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return keep.to(dtype) * scale


@mutant(
    en="Your mask takes `p` for the probability of keeping, both in the draw and in the factor.",
    zh="你的掩码把 `p` 当成保留概率，抽取和系数都是如此。",
)
def p_is_the_keep_probability(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) < p
    return keep.to(dtype) * (1 / p if p > 0 else 0.0)


@mutant(
    en="Your mask is NaN for p = 1, where 0 is divided by 0; it should be all zeros.",
    zh="p = 1 时你的掩码因 0 除以 0 而成为 NaN；它应当全为零。",
)
def nan_at_one(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    return keep.to(dtype) / (1 - p)


@mutant(
    en="Your function divides by zero for p = 1 instead of returning zeros.",
    zh="p = 1 时你的函数因除以零而报错，而不是返回全零。",
)
def error_at_one(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    return keep.to(dtype) * (1 / (1 - p))


@mutant(
    en="Your mask does not use the generator that is passed in.",
    zh="你的掩码没有使用传入的 generator。",
)
def ignores_the_generator(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), device=device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return keep.to(dtype) * scale


@mutant(
    en="Your mask is always float32, whatever `dtype` says.",
    zh="无论 `dtype` 是什么，你的掩码总是 float32。",
)
def always_float32(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return keep.float() * scale


@mutant(
    en="Your mask is boolean; its entries should be the numbers 0 and 1/(1 − p).",
    zh="你的掩码是布尔张量；它的元素应当是数 0 和 1/(1 − p)。",
)
def stays_boolean(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    return keep


@mutant(
    en="Your mask drops the same number of entries in every call; independent draws give a varying number.",
    zh="你的掩码每次都丢弃同样多的元素；各元素应当独立抽取，个数会有变化。",
)
def fixed_count(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    numbers = torch.rand(tuple(shape), generator=generator, device=device)
    dropped = round(p * numbers.numel())
    keep = torch.ones(numbers.numel(), dtype=torch.bool, device=device)
    keep[numbers.flatten().argsort()[:dropped]] = False
    scale = 1 / (1 - p) if p < 1 else 0.0
    return keep.reshape(numbers.shape).to(dtype) * scale


@mutant(
    en="Your function seeds the generator anew in every call, so that every call gives the same mask.",
    zh="你的函数每次调用都重新设定随机种子，于是每次得到同样的掩码。",
)
def seeds_in_every_call(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    if generator is not None:
        generator.manual_seed(0)
    else:
        torch.manual_seed(0)
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return keep.to(dtype) * scale


@mutant(
    en="Your function accepts a `p` outside [0, 1]; it should raise a ValueError.",
    zh="你的函数接受 [0, 1] 以外的 `p`；应当抛出 ValueError。",
)
def no_validation(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    scale = 1 / (1 - p) if p != 1 else 0.0
    return keep.to(dtype) * scale


@mutant(
    en="Your function refuses p = 0 or p = 1; both are allowed.",
    zh="你的函数拒绝了 p = 0 或 p = 1；两者都是允许的。",
)
def refuses_the_ends(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 < p < 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    return keep.to(dtype) / (1 - p)


@mutant(
    en="Your function refuses p = 1; it is allowed and gives zeros.",
    zh="你的函数拒绝了 p = 1；这是允许的，结果全为零。",
)
def refuses_one(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p < 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    return keep.to(dtype) / (1 - p)


@mutant(
    en="Your mask is created on the CPU, whatever `device` says.",
    zh="无论 `device` 是什么，你的掩码总是建在 CPU 上。",
)
def ignores_the_device(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return keep.to(dtype) * scale


@mutant(
    en="Your mask repeats one row: the entries of a column are all kept or all dropped.",
    zh="你的掩码在重复同一行：一列中的元素要么全保留，要么全丢弃。",
)
def one_row_repeated(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape)[-1:], generator=generator, device=device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return (keep.to(dtype) * scale).expand(tuple(shape)).clone()


@mutant(
    en="Your mask divides by the share of entries that this draw happened to keep, not by 1 − p.",
    zh="你的掩码除以了本次碰巧保留的比例，而不是 1 − p。",
)
def divides_by_the_share(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    mask = keep.to(dtype)
    return mask / mask.mean() if keep.any() else mask


@mutant(
    en="Your mask keeps half of the entries, whatever `p` is.",
    zh="无论 `p` 是多少，你的掩码总是保留一半元素。",
)
def always_one_half(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= 0.5
    scale = 1 / (1 - p) if p < 1 else 0.0
    return keep.to(dtype) * scale


@mutant(
    en="Your mask changes the scale by multiplying with 1 − p; the kept entries should be 1/(1 − p).",
    zh="你的掩码乘以了 1 − p；保留的元素应当是 1/(1 − p)。",
)
def multiplies_by_keep_probability(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    if not 0 <= p <= 1:
        raise ValueError("p is no probability")
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    return keep.to(dtype) * (1 - p)
