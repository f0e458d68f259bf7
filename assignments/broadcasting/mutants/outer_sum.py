"""Plausible wrong versions of `outer_sum`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `outer_sum` has the axes the wrong way round: rows belong to `x`, columns to `y`.",
    zh="你的 `outer_sum` 把两个轴弄反了：行对应 `x`，列对应 `y`。",
)
def transposed(x: Tensor, y: Tensor) -> Tensor:
    return x.unsqueeze(-2) + y.unsqueeze(-1)


@mutant(
    en="Your `outer_sum` counts axes from the front (`x[:, None] + y`), which is right without batch dimensions only.",
    zh="你的 `outer_sum` 从前面数轴（`x[:, None] + y`），只有在没有批量维度时才正确。",
)
def for_vectors_only(x: Tensor, y: Tensor) -> Tensor:
    return x[:, None] + y


@mutant(
    en="Your `outer_sum` puts the new axis at index 1, which is the last one only without batch dimensions.",
    zh="你的 `outer_sum` 把新轴放在下标 1 处，只有在没有批量维度时那里才是最后一轴。",
)
def unsqueezes_index_one(x: Tensor, y: Tensor) -> Tensor:
    return x.unsqueeze(1) + y.unsqueeze(-2)


@mutant(
    en="Your `outer_sum` multiplies the pairs instead of adding them.",
    zh="你的 `outer_sum` 把每一对元素相乘，而不是相加。",
)
def multiplies(x: Tensor, y: Tensor) -> Tensor:
    return x.unsqueeze(-1) * y.unsqueeze(-2)


@mutant(
    en="Your `outer_sum` adds element by element when `x` and `y` have the same size.",
    zh="当 `x` 与 `y` 大小相同时，你的 `outer_sum` 只做逐元素相加。",
)
def adds_equal_sizes_directly(x: Tensor, y: Tensor) -> Tensor:
    if x.shape == y.shape:
        return x + y
    return x.unsqueeze(-1) + y.unsqueeze(-2)


@mutant(
    en="Your `outer_sum` fills a tensor of the default dtype; the result has the dtype of the inputs.",
    zh="你的 `outer_sum` 填充的是默认 dtype 的张量；结果应当与输入的 dtype 相同。",
)
def fills_the_default_dtype(x: Tensor, y: Tensor) -> Tensor:
    out = torch.zeros(*x.shape, y.shape[-1])
    return out + (x.unsqueeze(-1) + y.unsqueeze(-2)).float()


@mutant(
    en="Your `outer_sum` adds an axis to `x` in place; the argument has to keep its shape.",
    zh="你的 `outer_sum` 就地给 `x` 增加了一个轴；参数的形状应当保持不变。",
)
def unsqueezes_in_place(x: Tensor, y: Tensor) -> Tensor:
    return x.unsqueeze_(-1) + y.unsqueeze(-2)
