"""Plausible wrong versions of `pairwise_sq_dist`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `pairwise_sq_dist` expands the square (a^2 + b^2 - 2ab), which cancels for close points far from zero.",
    zh="你的 `pairwise_sq_dist` 把平方展开（a^2 + b^2 - 2ab），对远离原点而彼此靠近的点会严重相消。",
)
def expands_the_square(x: Tensor, y: Tensor) -> Tensor:
    return x.square().sum(1)[:, None] + y.square().sum(1)[None, :] - 2 * x @ y.T


@mutant(
    en="Your `pairwise_sq_dist` expands the square and cuts off negative results; the cancellation remains.",
    zh="你的 `pairwise_sq_dist` 展开平方后截去负值；相消误差依然存在。",
)
def expands_and_clamps(x: Tensor, y: Tensor) -> Tensor:
    return (x.square().sum(1)[:, None] + y.square().sum(1)[None, :] - 2 * x @ y.T).clamp(min=0)


@mutant(
    en="Your `pairwise_sq_dist` returns the distance; the squared distance is asked for.",
    zh="你的 `pairwise_sq_dist` 返回的是距离；要求的是距离的平方。",
)
def takes_the_root(x: Tensor, y: Tensor) -> Tensor:
    return (x[:, None] - y[None]).square().sum(-1).sqrt()


@mutant(
    en="Your `pairwise_sq_dist` sums over the points instead of the coordinates.",
    zh="你的 `pairwise_sq_dist` 对点求和，而不是对坐标求和。",
)
def sums_over_the_points(x: Tensor, y: Tensor) -> Tensor:
    return (x[:, None] - y[None]).square().sum(1)


@mutant(
    en="Your `pairwise_sq_dist` adds the two squared norms; the cross term -2ab is missing.",
    zh="你的 `pairwise_sq_dist` 只把两个平方范数相加；缺少交叉项 -2ab。",
)
def misses_the_cross_term(x: Tensor, y: Tensor) -> Tensor:
    return x.square().sum(1)[:, None] + y.square().sum(1)[None, :]


@mutant(
    en="Your `pairwise_sq_dist` subtracts row by row when both have the same number of points.",
    zh="当两边点数相同时，你的 `pairwise_sq_dist` 只做逐行相减。",
)
def subtracts_rows_of_equal_sizes(x: Tensor, y: Tensor) -> Tensor:
    if x.shape == y.shape:
        return (x - y).square().sum(-1)
    return (x[:, None] - y[None]).square().sum(-1)


@mutant(
    en="Your `pairwise_sq_dist` takes a root and squares it again; at equal points the gradient becomes NaN.",
    zh="你的 `pairwise_sq_dist` 先开根号再平方；在重合的点上梯度会变成 NaN。",
)
def squares_a_root(x: Tensor, y: Tensor) -> Tensor:
    return (x[:, None] - y[None]).square().sum(-1).sqrt().square()


@mutant(
    en="Your `pairwise_sq_dist` averages over the coordinates instead of summing.",
    zh="你的 `pairwise_sq_dist` 对坐标取了平均，而不是求和。",
)
def averages_the_coordinates(x: Tensor, y: Tensor) -> Tensor:
    return (x[:, None] - y[None]).square().mean(-1)


@mutant(
    en="Your `pairwise_sq_dist` fills a new tensor with plain numbers, so that no gradient flows back.",
    zh="你的 `pairwise_sq_dist` 用普通数字填充新张量，梯度无法流回。",
)
def fills_in_numbers(x: Tensor, y: Tensor) -> Tensor:
    out = torch.zeros(len(x), len(y), dtype=x.dtype, device=x.device)
    for i, p in enumerate(x):
        for j, q in enumerate(y):
            out[i, j] = float((p - q).square().sum())
    return out


@mutant(
    en="Your `pairwise_sq_dist` subtracts the mean of `x` from both arguments in place; they have to stay as they are.",
    zh="你的 `pairwise_sq_dist` 就地从两个参数中减去 `x` 的均值；参数应当保持不变。",
)
def centers_in_place(x: Tensor, y: Tensor) -> Tensor:
    if len(x) and x is not y and not x.requires_grad:
        center = x.mean(0)
        x -= center
        y -= center
    return (x[:, None] - y[None]).square().sum(-1)
