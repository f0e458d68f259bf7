"""Right versions of `sgd_step_` in other styles than the reference."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def through_data(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    for param, grad in zip(params, grads, strict=True):
        if grad is not None:
            param.data.add_(grad + weight_decay * param.data, alpha=-lr)


@variant
def shrink_then_step(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            param.mul_(1 - lr * weight_decay).sub_(grad, alpha=lr)


@variant
def element_by_element(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    for param, grad in zip(params, grads, strict=True):
        if grad is None:
            continue
        pairs = zip(param.detach().flatten(), grad.flatten(), strict=True)
        moved = [value - lr * (slope + weight_decay * value) for value, slope in pairs]
        if moved:
            with torch.no_grad():
                param.copy_(torch.stack(moved).reshape(param.shape))
