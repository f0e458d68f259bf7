"""Plausible wrong versions of `nesterov_step_`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your step is plain momentum: it moves along v and not along g + μv.",
    zh="你的更新只是普通动量：沿 v 移动，而不是沿 g + μv。",
)
def plain_momentum(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)


@mutant(en="Your step moves along μv and leaves out the gradient itself.", zh="你的更新沿 μv 移动，漏掉了梯度本身。")
def only_the_velocity(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * momentum * velocity)


@mutant(
    en="Your first step is a plain gradient step: the look-ahead starts one step late.",
    zh="你的第一步只是普通梯度步：前瞻晚了一步才开始。",
)
def first_step_plain(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            if index not in state:
                state[index] = {"velocity": grad.clone()}
                param.sub_(lr * grad)
                continue
            velocity = state[index]["velocity"]
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * (grad + momentum * velocity))


@mutant(
    en="Your velocity is a weighted average, μv + (1−μ)g, instead of the weighted sum μv + g.",
    zh="你的速度是加权平均 μv + (1−μ)g，而不是加权和 μv + g。",
)
def averaged_velocity(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_((1 - momentum) * grad)
            param.sub_(lr * (grad + momentum * velocity))


@mutant(en="Your step multiplies the new velocity by μ twice.", zh="你的更新把新速度乘了两次 μ。")
def momentum_twice(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * (grad + momentum * momentum * velocity))


@mutant(
    en="Your step moves along g − μv: the sign of the second term is wrong.",
    zh="你的更新沿 g − μv 移动：第二项的符号错了。",
)
def velocity_subtracted(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * (grad - momentum * velocity))


@mutant(
    en="Your velocity holds the learning rate of earlier steps, so that a new learning rate does not act at once.",
    zh="你的速度里含有以前各步的学习率，学习率改变后不能立即生效。",
)
def lr_inside_the_velocity(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_(lr * grad)
            param.sub_(lr * grad + momentum * velocity)


@mutant(
    en="Your velocity starts as the gradient tensor itself, so each overwrites the other.",
    zh="你的速度一开始就是梯度张量本身，两者会互相覆盖。",
)
def buffer_is_the_gradient(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            if index not in state:
                state[index] = {"velocity": grad}
            else:
                state[index]["velocity"].mul_(momentum).add_(grad)
            param.sub_(lr * (grad + momentum * state[index]["velocity"]))


@mutant(
    en="Your step treats a missing gradient as zero: the velocity shrinks and the parameter keeps moving.",
    zh="你的代码把缺失的梯度当作零：速度衰减，参数继续移动。",
)
def missing_counts_as_zero(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            grad = torch.zeros_like(param) if grad is None else grad
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * (grad + momentum * velocity))


@mutant(
    en="Your velocity after the first step is the caller's gradient tensor itself: refilling that changes v too.",
    zh="第一步之后，你的速度就是调用者的那个梯度张量本身：调用者重新填写它，速度也跟着变。",
)
def keeps_the_gradient_tensor(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            velocity = momentum * state[index]["velocity"] + grad if index in state else grad
            state[index] = {"velocity": velocity}
            param.sub_(lr * (grad + momentum * velocity))
