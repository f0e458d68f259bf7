"""Plausible wrong versions of `momentum_step_`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(en="Your parameters share one velocity.", zh="你的所有参数共用同一个速度。")
def one_velocity_for_all(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            shared = state.setdefault(0, {})
            if "velocity" not in shared or shared["velocity"].shape != param.shape:
                shared["velocity"] = torch.zeros_like(param)
            shared["velocity"].mul_(momentum).add_(grad + weight_decay * param)
            param.sub_(lr * shared["velocity"])
