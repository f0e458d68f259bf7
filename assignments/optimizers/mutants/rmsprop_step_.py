"""Plausible wrong versions of `rmsprop_step_`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(en="Your two places of ε are swapped.", zh="你把 ε 的两种位置弄反了。")
def eps_places_swapped(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            average = slot.setdefault("average", torch.zeros_like(param))
            average.mul_(alpha).add_((1 - alpha) * grad * grad)
            divisor = (average + eps).sqrt() if not eps_inside else average.sqrt() + eps
            param.sub_(lr * grad / divisor)


@mutant(
    en="Your step adds ε outside the root even when `eps_inside` is set.",
    zh="即使设置了 `eps_inside`，你的代码也把 ε 加在根号外。",
)
def eps_always_outside(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            average = slot.setdefault("average", torch.zeros_like(param))
            average.mul_(alpha).add_((1 - alpha) * grad * grad)
            param.sub_(lr * grad / (average.sqrt() + eps))


@mutant(
    en="Your average weights the old value with 1−α and the new one with α.",
    zh="你的平均把 1−α 给了旧值，把 α 给了新值。",
)
def weights_swapped(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            average = slot.setdefault("average", torch.zeros_like(param))
            average.mul_(1 - alpha).add_(alpha * grad * grad)
            divisor = (average + eps).sqrt() if eps_inside else average.sqrt() + eps
            param.sub_(lr * grad / divisor)


@mutant(
    en="Your s is a plain sum, as in Adagrad, instead of a moving average.",
    zh="你的 s 是简单累加（Adagrad 的做法），而不是滑动平均。",
)
def sum_of_squares(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            average = slot.setdefault("average", torch.zeros_like(param))
            average.add_(grad * grad)
            divisor = (average + eps).sqrt() if eps_inside else average.sqrt() + eps
            param.sub_(lr * grad / divisor)


@mutant(en="Your average adds the new square without the factor 1−α.", zh="你的平均在加入新的平方时漏了系数 1−α。")
def new_square_unweighted(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            average = slot.setdefault("average", torch.zeros_like(param))
            average.mul_(alpha).add_(grad * grad)
            divisor = (average + eps).sqrt() if eps_inside else average.sqrt() + eps
            param.sub_(lr * grad / divisor)


@mutant(en="Your step divides by s and not by its root.", zh="你的更新除以 s，而没有开方。")
def no_root(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            average = slot.setdefault("average", torch.zeros_like(param))
            average.mul_(alpha).add_((1 - alpha) * grad * grad)
            param.sub_(lr * grad / (average + eps))


@mutant(
    en="Your average is corrected for its start at zero, as in Adam; RMSprop does not do that.",
    zh="你对平均做了 Adam 那样的偏差修正；RMSprop 没有这一步。",
)
def bias_correction(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            average = slot.setdefault("average", torch.zeros_like(param))
            slot["t"] = slot.get("t", 0) + 1
            average.mul_(alpha).add_((1 - alpha) * grad * grad)
            corrected = average / (1 - alpha ** slot["t"])
            divisor = (corrected + eps).sqrt() if eps_inside else corrected.sqrt() + eps
            param.sub_(lr * grad / divisor)


@mutant(
    en="Your step divides by the average from before this gradient was added.",
    zh="你的更新除以加入本次梯度之前的平均。",
)
def old_average(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            average = slot.setdefault("average", torch.zeros_like(param))
            divisor = (average + eps).sqrt() if eps_inside else average.sqrt() + eps
            param.sub_(lr * grad / divisor)
            average.mul_(alpha).add_((1 - alpha) * grad * grad)


@mutant(
    en="Your average is kept in float32 even when the parameter is float64.",
    zh="参数是 float64 时，你的平均仍然用 float32 保存。",
)
def average_in_float32(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            if "average" not in slot:
                slot["average"] = torch.zeros(param.shape, device=param.device)
            average = slot["average"]
            average.mul_(alpha).add_((1 - alpha) * grad * grad)
            divisor = (average + eps).sqrt() if eps_inside else average.sqrt() + eps
            param.sub_(lr * grad / divisor)


@mutant(
    en="Your step divides by the root of the variance: the mean gradient is subtracted.",
    zh="你的更新除以方差的平方根：多减去了梯度均值。",
)
def centred(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            average = slot.setdefault("average", torch.zeros_like(param))
            mean = slot.setdefault("mean", torch.zeros_like(param))
            average.mul_(alpha).add_((1 - alpha) * grad * grad)
            mean.mul_(alpha).add_((1 - alpha) * grad)
            variance = (average - mean * mean).clamp(min=0)
            divisor = (variance + eps).sqrt() if eps_inside else variance.sqrt() + eps
            param.sub_(lr * grad / divisor)


@mutant(en="Your step squares the caller's gradient in place.", zh="你的代码把调用者的梯度原地平方了。")
def squares_the_gradient(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            average = slot.setdefault("average", torch.zeros_like(param))
            step = lr * grad
            average.mul_(alpha).add_(grad.pow_(2), alpha=1 - alpha)
            divisor = (average + eps).sqrt() if eps_inside else average.sqrt() + eps
            param.sub_(step / divisor)


@mutant(
    en="Your step treats a missing gradient as zero: the average shrinks during the pause.",
    zh="你的代码把缺失的梯度当作零：平均在停顿期间继续衰减。",
)
def missing_counts_as_zero(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            grad = torch.zeros_like(param) if grad is None else grad
            slot = state.setdefault(index, {})
            average = slot.setdefault("average", torch.zeros_like(param))
            average.mul_(alpha).add_((1 - alpha) * grad * grad)
            divisor = (average + eps).sqrt() if eps_inside else average.sqrt() + eps
            param.sub_(lr * grad / divisor)
