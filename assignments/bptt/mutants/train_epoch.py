"""Plausible wrong versions of `train_epoch`, each with its misconception."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from grader.mutants import mutant


@mutant(
    en="Your losses are computed anew after the step; the loss that was differentiated is asked for.",
    zh="你的损失是更新之后重新算的；要的是用来求导的那个损失。",
)
def loss_after_the_step(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        given = detached(state) if carry_state else None
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss_fn(model(x, given)[0], target).item())
    return losses
