"""Plausible wrong versions of `SwishFn`, each with its misconception."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your second derivative does not see x: what you saved was made in `forward` and is a constant for autograd.",
    zh="你的二阶导数看不到 x：你保存的东西是在 `forward` 里生成的，对自动求导来说是常数。",
)
class SavesTheSlope(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        gate = torch.sigmoid(beta * x)
        ctx.save_for_backward(gate + beta * x * gate * (1 - gate))
        return x * gate

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (slope,) = ctx.saved_tensors
        return grad * slope, None
