"""Right versions of `adam_step_` in other styles than the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def step_size_form(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"step": 0, "avg": torch.zeros_like(param), "sq": torch.zeros_like(param)})
            slot["step"] += 1
            slot["avg"].lerp_(grad, 1 - betas[0])
            slot["sq"].mul_(betas[1]).addcmul_(grad, grad, value=1 - betas[1])
            root = slot["sq"].sqrt() / (1 - betas[1] ** slot["step"]) ** 0.5
            param.addcdiv_(slot["avg"], root.add_(eps), value=-lr / (1 - betas[0] ** slot["step"]))


@variant
def lists_and_new_tensors(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    beta1, beta2 = betas
    steps = state.setdefault("steps", [0] * len(params))
    means = state.setdefault("means", [0.0] * len(params))
    squares = state.setdefault("squares", [0.0] * len(params))
    for i in range(len(params)):
        if grads[i] is None:
            continue
        steps[i] += 1
        means[i] = beta1 * means[i] + (1 - beta1) * grads[i]
        squares[i] = beta2 * squares[i] + (1 - beta2) * grads[i] ** 2
        mean, square = means[i] / (1 - beta1 ** steps[i]), squares[i] / (1 - beta2 ** steps[i])
        with torch.no_grad():
            params[i].copy_(params[i] - lr * mean / (square**0.5 + eps))
