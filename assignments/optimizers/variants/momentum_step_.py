"""Right versions of `momentum_step_` in other styles than the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def first_gradient_is_cloned(
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
            gradient = grad.add(param, alpha=weight_decay)
            if index in state:
                state[index]["buffer"].mul_(momentum).add_(gradient)
            else:
                state[index] = {"buffer": gradient.clone()}
            param.add_(state[index]["buffer"], alpha=-lr)


@variant
def list_of_velocities(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> None:
    velocities = state.setdefault("velocities", [None] * len(params))
    for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
        if grad is not None:
            value = param.detach()
            old = 0.0 if velocities[index] is None else momentum * velocities[index]
            velocities[index] = old + grad + weight_decay * value
            value -= lr * velocities[index]
