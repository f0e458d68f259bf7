"""Right versions of `adamw_step_` in other styles than the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def decay_in_one_expression(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.copy_(param - lr * weight_decay * param - lr * mean / (square.sqrt() + eps))


@variant
def step_size_form(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"step": 0, "avg": torch.zeros_like(param), "sq": torch.zeros_like(param)})
            slot["step"] += 1
            param.data.mul_(1 - lr * weight_decay)
            slot["avg"].lerp_(grad, 1 - betas[0])
            slot["sq"].mul_(betas[1]).addcmul_(grad, grad.conj(), value=1 - betas[1])
            root = slot["sq"].sqrt() / (1 - betas[1] ** slot["step"]) ** 0.5
            param.data.addcdiv_(slot["avg"], root.add_(eps), value=-lr / (1 - betas[0] ** slot["step"]))
