"""Right versions of `rmsprop_step_` in other styles than the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def lerp(
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
            average = state.setdefault(f"average {index}", torch.zeros_like(grad))
            average.lerp_(grad.square(), 1 - alpha)
            root = average.add(eps).sqrt_() if eps_inside else average.sqrt().add_(eps)
            param.addcdiv_(grad, root, value=-lr)


@variant
def new_tensors_each_step(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
        if grad is None:
            continue
        old = state[index]["s"] if index in state else 0.0
        s = alpha * old + (1 - alpha) * grad**2
        state[index] = {"s": s}
        param.data -= lr * grad / ((s + eps) ** 0.5 if eps_inside else s**0.5 + eps)
