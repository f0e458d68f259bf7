"""Plausible wrong versions of `lookahead_step_`, each with its misconception."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your step calls `grad_fn` inside `no_grad`, so that it cannot use autograd.",
    zh="你的代码在 `no_grad` 里调用 `grad_fn`，它无法使用自动求导。",
)
def grad_fn_without_grad_mode(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    with torch.no_grad():
        velocities = [
            state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
            for index, param in enumerate(params)
        ]
        points = [param - lr * momentum * velocity for param, velocity in zip(params, velocities, strict=True)]
        for param, grad, velocity in zip(params, grad_fn(points), velocities, strict=True):
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)


@mutant(
    en="Your velocity starts as the very tensor that `grad_fn` returned, so each overwrites the other.",
    zh="你的速度一开始就是 `grad_fn` 返回的那个张量本身，两者会互相覆盖。",
)
def buffer_is_the_gradient(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    points = []
    for index, param in enumerate(params):
        velocity = state[index]["velocity"] if index in state else 0.0
        points.append(param.detach() - lr * momentum * velocity)
    with torch.enable_grad():
        grads = grad_fn(points)
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if index in state:
                state[index]["velocity"].mul_(momentum).add_(grad)
            else:
                state[index] = {"velocity": grad}
            param.sub_(lr * state[index]["velocity"])


@mutant(
    en="Your velocity after the first step is the tensor that `grad_fn` returned: refilling that changes the velocity.",
    zh="第一步之后，你的速度就是 `grad_fn` 返回的那个张量本身：重新填写它，速度也跟着变。",
)
def keeps_the_gradient_tensor(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    points = []
    for index, param in enumerate(params):
        velocity = state[index]["velocity"] if index in state else 0.0
        points.append(param.detach() - lr * momentum * velocity)
    grads = grad_fn(points)
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            velocity = momentum * state[index]["velocity"] + grad if index in state else grad
            state[index] = {"velocity": velocity}
            param.sub_(lr * velocity)
