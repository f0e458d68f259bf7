"""Right versions of `train_epoch` in other styles than the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from grader.suite.mutants import variant


@variant
def with_the_other_tasks(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    model.train(True)
    state: Any = None
    losses = []
    for x, target in batches:
        y, new_state = model(x, state)
        state = detach_state(new_state) if carry_state else None  # noqa: F821 - the student's own
        loss = loss_fn(y, target)
        model.zero_grad()
        loss.backward()
        clip_grad_norm_([p.grad for p in model.parameters()], max_norm)  # noqa: F821 - the student's own
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses


@variant
def zeroed_after_the_step(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def cut(part: Any) -> Any:
        return part.detach() if isinstance(part, Tensor) else type(part)(map(cut, part))

    losses: list[Tensor] = []
    optimizer.zero_grad(set_to_none=False)
    model.train()
    state = None
    for inputs, wanted in batches:
        if not carry_state or state is None:
            prediction, state = model(inputs, None)
        else:
            prediction, state = model(inputs, cut(state))
        loss = loss_fn(prediction, wanted)
        loss.backward()
        with torch.no_grad():
            norms = [p.grad.norm() for p in model.parameters() if p.grad is not None]
            norm = torch.stack(norms).norm()
            if norm > max_norm:
                for p in model.parameters():
                    if p.grad is not None:
                        p.grad = p.grad * max_norm / (norm + 1e-6)
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        losses.append(loss.detach())
    return [loss.item() for loss in losses]
