"""Plausible wrong versions of `momentum_step_`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.mutants import mutant


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
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_((1 - momentum) * (grad + weight_decay * param))
            param.sub_(lr * velocity)


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
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_(lr * (grad + weight_decay * param))
            param.sub_(velocity)


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
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            if weight_decay:
                grad = grad + weight_decay * param
            if "velocity" not in slot:
                slot["velocity"] = grad
            else:
                slot["velocity"].mul_(momentum).add_(grad)
            param.sub_(lr * slot["velocity"])


@mutant(
    en="Your step uses the velocity from before this gradient was added.", zh="你的更新用的是加入本次梯度之前的速度。"
)
def steps_with_the_old_velocity(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            update = lr * velocity
            velocity.mul_(momentum).add_(grad + weight_decay * param)
            param.sub_(update)


@mutant(en="Your parameters share one velocity.", zh="你的所有参数共用同一个速度。")
def one_velocity_for_all(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            shared = state.setdefault(0, {})
            if "velocity" not in shared or shared["velocity"].shape != param.shape:
                shared["velocity"] = torch.zeros_like(param)
            shared["velocity"].mul_(momentum).add_(grad + weight_decay * param)
            param.sub_(lr * shared["velocity"])


@mutant(
    en="Your velocity is looked up by shape, so that parameters of equal shape share it.",
    zh="你的速度按形状查找，形状相同的参数共用一个速度。",
)
def velocity_by_shape(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            slot = state.setdefault(tuple(param.shape), {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_(grad + weight_decay * param)
            param.sub_(lr * velocity)


@mutant(en="Your velocity starts anew at every call.", zh="你的速度在每次调用时都重新开始。")
def forgets_the_velocity(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            velocity = torch.zeros_like(param)
            velocity.mul_(momentum).add_(grad + weight_decay * param)
            state[index] = {"velocity": velocity}
            param.sub_(lr * velocity)


@mutant(
    en="Your velocity is created on the CPU, wherever the parameter lives.",
    zh="你的速度总是建在 CPU 上，不管参数在哪个设备。",
)
def velocity_on_the_cpu(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            if "velocity" not in slot:
                slot["velocity"] = torch.zeros(param.shape, dtype=param.dtype)
            slot["velocity"] = momentum * slot["velocity"] + grad + weight_decay * param
            param.sub_(lr * slot["velocity"])


@mutant(
    en="Your weight decay acts on the parameter directly and never enters the velocity.",
    zh="你的权重衰减直接作用在参数上，没有进入速度。",
)
def decay_outside_the_velocity(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * (velocity + weight_decay * param))


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
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            grad = torch.zeros_like(param) if grad is None else grad
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_(grad + weight_decay * param)
            param.sub_(lr * velocity)


@mutant(
    en="Your step adds the weight decay to the caller's gradient in place.",
    zh="你的代码把权重衰减项原地加进了调用者的梯度。",
)
def decays_into_the_gradient(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            grad.add_(weight_decay * param)
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)


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
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            if weight_decay:
                grad = grad + weight_decay * param
            velocity = momentum * state[index]["velocity"] + grad if index in state else grad
            state[index] = {"velocity": velocity}
            param.sub_(lr * velocity)
