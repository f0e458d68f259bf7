"""Right versions of `lookahead_step_` in other styles than the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def enable_grad_around_the_call(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    with torch.no_grad():
        velocities = state.setdefault("velocities", [torch.zeros_like(param) for param in params])
        points = tuple(
            torch.sub(param, velocity, alpha=lr * momentum) for param, velocity in zip(params, velocities, strict=True)
        )
        with torch.enable_grad():
            grads = grad_fn(points)
        for index, grad in enumerate(grads):
            velocities[index] = momentum * velocities[index] + grad
            params[index].copy_(params[index] - lr * velocities[index])


@variant
def no_state_at_first(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    points = []
    for index, param in enumerate(params):
        point = param.detach().clone()
        if index in state:
            point -= lr * momentum * state[index]["v"]
        points.append(point)
    for index, (param, grad) in enumerate(zip(params, grad_fn(points), strict=True)):
        if index in state:
            state[index]["v"] = momentum * state[index]["v"] + grad
        else:
            state[index] = {"v": grad.clone()}
        param.data.add_(state[index]["v"], alpha=-lr)
