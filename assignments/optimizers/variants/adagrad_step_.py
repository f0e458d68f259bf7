"""Right versions of `adagrad_step_` in other styles than the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def fused_operations(
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
            total = state.setdefault("totals", {}).setdefault(index, torch.zeros_like(grad))
            total.addcmul_(grad, grad)
            if eps_inside:
                param.addcdiv_(grad, total.add(eps).sqrt_(), value=-lr)
            else:
                param.addcdiv_(grad, total.sqrt().add_(eps), value=-lr)


@variant
def history_of_gradients(
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
            history.append(grad.clone())
            total = torch.stack(history).square().sum(dim=0)
            root = torch.sqrt(total + eps * eps_inside) + eps * (not eps_inside)
            param -= lr * (grad / root)
