"""Plausible wrong versions of `stop_grad_mul`, each with its misconception."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your gradient flows through both factors, x and g(x).",
    zh="你的梯度从 x 和 g(x) 两个因子都流过。",
)
def nothing_detached(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:
    return x * g(x)


@mutant(
    en="Your gradient flows through g(x) and not through the factor x.",
    zh="你的梯度从 g(x) 流过，却不经过因子 x。",
)
def x_detached(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:
    return x.detach() * g(x)


@mutant(
    en="Your result is cut off from the graph: both factors are constants.",
    zh="你的结果脱离了计算图：两个因子都成了常数。",
)
def both_detached(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:
    return (x * g(x)).detach()


@mutant(
    en="Your gradient still reaches the tensors that g uses: only g's argument is cut off.",
    zh="你的梯度仍然会到达 g 用到的张量：你切断的只是 g 的参数。",
)
def argument_detached(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:
    return x * g(x.detach())


@mutant(
    en="Your call runs g more than once.",
    zh="你不止一次地调用了 g。",
)
def g_called_twice(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:
    return x * g(x).detach() if g(x).requires_grad else x * g(x)


@mutant(
    en="You detach in place: if g returns its argument, x itself is cut off, and a view cannot be detached so.",
    zh="你用的是原地 detach：如果 g 返回它的参数，x 自己就被切断了；而视图不能这样 detach。",
)
def detached_in_place(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:
    return x * g(x).detach_()


@mutant(
    en="Your result requires grad although x does not.",
    zh="x 不需要梯度，你的结果却需要梯度。",
)
def always_requires_grad(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:
    factor = g(x).detach()
    if not x.requires_grad:
        x = x.clone().requires_grad_()
    return x * factor


@mutant(
    en="Your value is g(x) instead of x·g(x).",
    zh="你的值是 g(x)，而不是 x·g(x)。",
)
def returns_g(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:
    return g(x).detach() + x - x.detach()


@mutant(
    en="Your gradient is that of x alone: it lacks the factor g(x).",
    zh="你的梯度只是 x 自己的梯度：缺了因子 g(x)。",
)
def straight_through(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:
    product = (x * g(x)).detach()
    return product + x - x.detach()


@mutant(
    en="Your gradient flows through g(x) when g returns its argument: `no_grad` cuts nothing that exists already.",
    zh="当 g 返回它的参数时，你的梯度会流过 g(x)：`no_grad` 切不断已经存在的张量。",
)
def without_recording(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:
    with torch.no_grad():
        factor = g(x)
    return x * factor
