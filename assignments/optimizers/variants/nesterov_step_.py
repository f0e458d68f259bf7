"""Right versions of `nesterov_step_` in other styles than the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def add_with_alpha(
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
            buffer = state.setdefault("buffers", {}).setdefault(index, torch.zeros_like(grad))
            buffer.mul_(momentum).add_(grad)
            param.add_(grad.add(buffer, alpha=momentum), alpha=-lr)


@variant
def from_the_old_velocity(
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
            old = state[index]["v"] if index in state else torch.zeros_like(grad)
            param -= lr * ((1 + momentum) * grad + momentum**2 * old)
            state[index] = {"v": momentum * old + grad}
