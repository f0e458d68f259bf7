"""Plausible wrong versions of `adagrad_step_`, each with its misconception."""

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
    eps: float = 1e-10,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            total = slot.setdefault("total", torch.zeros_like(param))
            total.add_(grad * grad)
            divisor = (total + eps).sqrt() if not eps_inside else total.sqrt() + eps
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
    eps: float = 1e-10,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            total = slot.setdefault("total", torch.zeros_like(param))
            total.add_(grad * grad)
            param.sub_(lr * grad / (total.sqrt() + eps))


@mutant(
    en="Your s is a moving average, as in RMSprop, instead of a sum.",
    zh="你的 s 是滑动平均（RMSprop 的做法），而不是累加和。",
)
def moving_average(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    eps: float = 1e-10,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            total = slot.setdefault("total", torch.zeros_like(param))
            total.mul_(0.9).add_(0.1 * grad * grad)
            divisor = (total + eps).sqrt() if eps_inside else total.sqrt() + eps
            param.sub_(lr * grad / divisor)


@mutant(en="Your step divides by s and not by its root.", zh="你的更新除以 s，而没有开方。")
def no_root(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    eps: float = 1e-10,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            total = slot.setdefault("total", torch.zeros_like(param))
            total.add_(grad * grad)
            param.sub_(lr * grad / (total + eps))


@mutant(
    en="Your s is one number for a whole parameter instead of one for each element.",
    zh="你的 s 对整个参数只有一个数，而不是每个元素一个。",
)
def one_sum_for_a_parameter(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    eps: float = 1e-10,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            total = slot.setdefault("total", torch.zeros_like(param))
            total.add_((grad * grad).sum())
            divisor = (total + eps).sqrt() if eps_inside else total.sqrt() + eps
            param.sub_(lr * grad / divisor)


@mutant(en="Your step divides by the sum from before this gradient was added.", zh="你的更新除以加入本次梯度之前的和。")
def old_sum(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    eps: float = 1e-10,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            total = slot.setdefault("total", torch.zeros_like(param))
            divisor = (total + eps).sqrt() if eps_inside else total.sqrt() + eps
            param.sub_(lr * grad / divisor)
            total.add_(grad * grad)


@mutant(en="Your step squares the caller's gradient in place.", zh="你的代码把调用者的梯度原地平方了。")
def squares_the_gradient(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    eps: float = 1e-10,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            total = slot.setdefault("total", torch.zeros_like(param))
            step = lr * grad
            total.add_(grad.pow_(2))
            divisor = (total + eps).sqrt() if eps_inside else total.sqrt() + eps
            param.sub_(step / divisor)


@mutant(en="Your s starts at ε instead of at zero.", zh="你的 s 从 ε 开始，而不是从零开始。")
def starts_at_eps(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    eps: float = 1e-10,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            total = state.setdefault(index, {}).setdefault("total", torch.full_like(param, eps))
            total.add_(grad * grad)
            divisor = (total + eps).sqrt() if eps_inside else total.sqrt() + eps
            param.sub_(lr * grad / divisor)


@mutant(en="Your s starts anew at every call.", zh="你的 s 在每次调用时都重新开始。")
def forgets_the_sum(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    eps: float = 1e-10,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            total = grad * grad
            divisor = (total + eps).sqrt() if eps_inside else total.sqrt() + eps
            param.sub_(lr * grad / divisor)


@mutant(en="Your s is replaced by its root in every step.", zh="你的 s 在每一步都被自己的平方根替换。")
def root_of_the_sum_kept(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    eps: float = 1e-10,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            total = slot.setdefault("total", torch.zeros_like(param))
            total.add_(grad * grad)
            root = (total + eps).sqrt() if eps_inside else total.sqrt_() + eps
            param.sub_(lr * grad / root)


@mutant(
    en="Your step keeps the gradient tensors of earlier steps: when the caller refills them, s forgets the old values.",
    zh="你的代码保留了以前各步的梯度张量：调用者重新填写它们之后，s 里就没有旧的值了。",
)
def keeps_the_gradient_tensors(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    eps: float = 1e-10,
    eps_inside: bool = False,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            history = state.setdefault(index, {}).setdefault("history", [])
            history.append(grad)
            total = sum(old * old for old in history)
            divisor = (total + eps).sqrt() if eps_inside else total.sqrt() + eps
            param.sub_(lr * grad / divisor)
