"""Plausible wrong versions of `clip_grad_norm_`, each with its misconception."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your gradients are clipped one tensor at a time; all of them share one norm and one factor.",
    zh="你是对每个张量分别裁剪的；它们应当共用一个范数和一个因子。",
)
def clips_each_tensor(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present))
    for grad in present:
        grad.mul_(min(1.0, max_norm / (float(grad.norm()) + eps)))
    return norm


@mutant(
    en="Your gradients are clipped element by element, which turns their direction; one factor keeps it.",
    zh="你是逐元素裁剪的，梯度的方向变了；用同一个因子才能保持方向。",
)
def clips_values(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present))
    for grad in present:
        grad.clamp_(-max_norm, max_norm)
    return norm


@mutant(
    en="Your gradients are scaled to `max_norm` also when their norm is smaller; the factor never exceeds 1.",
    zh="范数小于 `max_norm` 时你也把梯度放大了；因子不能超过 1。",
)
def always_scales(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present))
    factor = max_norm / (norm + eps)
    for grad in present:
        grad.mul_(factor)
    return norm


@mutant(
    en="Your scaled gradients are new tensors: the caller's stay as they were.",
    zh="你缩放出来的是新张量：调用者的梯度没有变。",
)
def scales_copies(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present))
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad = grad * factor
    return norm


@mutant(
    en="Your function returns the norm after clipping; the one from before is asked for.",
    zh="你返回的是裁剪之后的范数；要的是裁剪之前的。",
)
def returns_the_clipped_norm(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present))
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad.mul_(factor)
    return norm * factor


@mutant(
    en="Your function returns the factor and not the norm.",
    zh="你返回的是缩放因子，而不是范数。",
)
def returns_the_factor(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present))
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad.mul_(factor)
    return factor


@mutant(
    en="Your function returns None; the norm from before the clipping is asked for.",
    zh="你的函数返回了 None；应当返回裁剪之前的范数。",
)
def returns_nothing(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present))
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad.mul_(factor)


@mutant(
    en="Your function returns the norm as a tensor; a Python float is asked for.",
    zh="你把范数以张量返回了；要的是 Python 浮点数。",
)
def returns_a_tensor(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present))
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad.mul_(factor)
    return torch.tensor(norm, dtype=torch.float64)


@mutant(
    en="Your norm is the sum of the tensors' norms; it is the root of the sum of their squares.",
    zh="你的范数是各张量范数之和；应当是它们平方和的平方根。",
)
def sums_the_norms(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = sum((float(grad.norm()) for grad in present), 0.0)
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad.mul_(factor)
    return norm


@mutant(
    en="Your norm is the root of the sum of the tensors' norms: the norms have to be squared first.",
    zh="你的范数是各张量范数之和的平方根：要先把各范数平方。",
)
def root_of_the_sum_of_norms(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(sum(float(grad.norm()) for grad in present))
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad.mul_(factor)
    return norm


@mutant(
    en="Your norm is the sum of all squares: the root is missing.",
    zh="你的范数是所有元素的平方和：漏了开平方。",
)
def forgets_the_root(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = sum((float(grad.square().sum()) for grad in present), 0.0)
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad.mul_(factor)
    return norm


@mutant(
    en="Your norm is the largest of the tensors' norms; all of them count together.",
    zh="你的范数是各张量范数中最大的一个；应当合在一起算。",
)
def largest_norm(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = max((float(grad.norm()) for grad in present), default=0.0)
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad.mul_(factor)
    return norm


@mutant(
    en="Your norm is the sum of all magnitudes; it is the root of the sum of squares.",
    zh="你的范数是所有元素绝对值之和；应当是平方和的平方根。",
)
def sums_magnitudes(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = sum((float(grad.abs().sum()) for grad in present), 0.0)
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad.mul_(factor)
    return norm


@mutant(
    en="Your norm is divided by the root of the number of elements: a mean of squares stands where their sum should.",
    zh="你的范数除以了元素个数的平方根：应当用平方和，却用了平方的平均。",
)
def root_mean_square(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    count = max(1, sum(grad.numel() for grad in present))
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present) / count)
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad.mul_(factor)
    return norm


@mutant(
    en="Your factor is max_norm / norm: eps is missing in the divisor.",
    zh="你的因子是 max_norm / norm：除数里漏了 eps。",
)
def ignores_eps(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present))
    factor = min(1.0, max_norm / norm) if norm else 1.0
    for grad in present:
        grad.mul_(factor)
    return norm


@mutant(
    en="Your factor always uses eps = 1e-6, whatever `eps` says.",
    zh="不论 `eps` 是多少，你的因子总是用 1e-6。",
)
def default_eps_only(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present))
    factor = min(1.0, max_norm / (norm + 1e-6))
    for grad in present:
        grad.mul_(factor)
    return norm


@mutant(
    en="Your gradients beyond the norm get norm 1: the factor lacks `max_norm`.",
    zh="超出范数的梯度被你缩放到了范数 1：因子里漏了 `max_norm`。",
)
def divides_by_the_norm(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present))
    factor = 1.0 / (norm + eps) if norm > max_norm else 1.0
    for grad in present:
        grad.mul_(factor)
    return norm


@mutant(
    en="Your function fails when an entry is None; such entries are skipped.",
    zh="遇到 None 时你的函数会出错；应当跳过它们。",
)
def fails_on_none(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = list(grads)
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present))
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad.mul_(factor)
    return norm


@mutant(
    en="Your function fails when there is no gradient at all; the norm is 0.0 then.",
    zh="一个梯度都没有时你的函数会出错；此时范数应为 0.0。",
)
def fails_on_an_empty_list(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = float(torch.cat([grad.flatten() for grad in present]).norm())
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad.mul_(factor)
    return norm


@mutant(
    en="Your loop leaves the last gradient unscaled.",
    zh="你的循环漏掉了最后一个梯度，没有缩放它。",
)
def forgets_the_last(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(sum(float(grad.square().sum()) for grad in present))
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present[:-1]:
        grad.mul_(factor)
    return norm
