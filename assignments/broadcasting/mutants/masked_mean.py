"""Plausible wrong versions of `masked_mean`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `masked_mean` divides by the full size of `dim` instead of the number of selected elements.",
    zh="你的 `masked_mean` 除以了 `dim` 的全长，而不是被选中元素的个数。",
)
def divides_by_the_size(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    return torch.where(mask, x, 0).sum(dim) / max(x.shape[dim], 1)


@mutant(
    en="Your `masked_mean` divides every slice by the number of elements selected in the whole mask.",
    zh="你的 `masked_mean` 让每个切片都除以整个掩码选中的元素总数。",
)
def divides_by_the_global_count(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    return torch.where(mask, x, 0).sum(dim) / mask.expand_as(x).sum().clamp(min=1)


@mutant(
    en="Your `masked_mean` computes 0/0 where nothing is selected and gives NaN; the result there is 0.",
    zh="在没有选中任何元素的地方，你的 `masked_mean` 计算 0/0 得到 NaN；那里的结果应当是 0。",
)
def divides_zero_by_zero(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    return torch.where(mask, x, 0).sum(dim) / mask.expand_as(x).sum(dim)


@mutant(
    en="Your `masked_mean` averages the elements where the mask is False.",
    zh="你的 `masked_mean` 平均的是掩码为 False 的元素。",
)
def inverts_the_mask(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    return torch.where(mask, 0, x).sum(dim) / (~mask).expand_as(x).sum(dim).clamp(min=1)


@mutant(
    en="Your `masked_mean` multiplies by the mask; NaN times 0 is still NaN and leaks into the result.",
    zh="你的 `masked_mean` 用乘法施加掩码；NaN 乘 0 仍是 NaN，会泄漏到结果里。",
)
def multiplies_by_the_mask(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    return (x * mask).sum(dim) / mask.expand_as(x).sum(dim).clamp(min=1)


@mutant(
    en="Your `masked_mean` counts in the mask before it is broadcast to `x`, so that a size of 1 counts only once.",
    zh="你的 `masked_mean` 在掩码广播到 `x` 之前就计数，大小为 1 的维度只被数了一次。",
)
def counts_before_broadcasting(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    full = mask.reshape((1,) * (x.ndim - mask.ndim) + mask.shape)
    return torch.where(mask, x, 0).sum(dim) / full.sum(dim).clamp(min=1)


@mutant(
    en="Your `masked_mean` keeps the reduced dimension with size 1; it has to be dropped.",
    zh="你的 `masked_mean` 把归约的维度保留为 1；它应当被去掉。",
)
def keeps_the_dimension(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    total = torch.where(mask, x, 0).sum(dim, keepdim=True)
    return total / mask.expand_as(x).sum(dim, keepdim=True).clamp(min=1)


@mutant(
    en="Your `masked_mean` overwrites the unselected elements of `x`; the argument has to stay as it is.",
    zh="你的 `masked_mean` 改写了 `x` 中未选中的元素；参数应当保持不变。",
)
def overwrites_x(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    kept = x.masked_fill(~mask, 0) if x.requires_grad else x.masked_fill_(~mask, 0)
    return kept.sum(dim) / mask.expand_as(x).sum(dim).clamp(min=1)


@mutant(
    en="Your `masked_mean` adds a small number to the count, so that the means are slightly too small.",
    zh="你的 `masked_mean` 给个数加了一个小数，均值因此略微偏小。",
)
def adds_eps_to_the_count(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    return torch.where(mask, x, 0).sum(dim) / (mask.expand_as(x).sum(dim) + 1e-6)


@mutant(
    en="Your `masked_mean` computes on detached values, so that no gradient flows back to `x`.",
    zh="你的 `masked_mean` 在断开的值上计算，梯度无法流回 `x`。",
)
def loses_the_gradient(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    total = torch.where(mask, x.detach(), 0).sum(dim)
    return total / mask.expand_as(x).sum(dim).clamp(min=1)


@mutant(
    en="Your `masked_mean` lets the mean of the unselected elements into the gradient: they get a share of it too.",
    zh="你的 `masked_mean` 让未选中的元素也参与了梯度：它们同样分到了一份。",
)
def spreads_the_gradient(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    count = mask.expand_as(x).sum(dim).clamp(min=1)
    total = torch.where(mask, x, 0).sum(dim).detach() + x.nan_to_num().sum(dim) - x.nan_to_num().sum(dim).detach()
    return total / count
