"""Right versions of `SwishFn` in other styles."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
class WithSetupContext(torch.autograd.Function):
    @staticmethod
    def forward(x: Tensor, beta: float) -> Tensor:
        return x.mul(torch.sigmoid(x * beta))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, float], output: Tensor) -> None:
        x, ctx.beta = inputs
        ctx.save_for_backward(x, output)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, None]:
        if not ctx.needs_input_grad[0]:
            return None, None
        x, y = ctx.saved_tensors
        gate = torch.sigmoid(ctx.beta * x)
        return grad * (gate + ctx.beta * x * gate - ctx.beta * x * gate**2) + 0 * y, None


@variant
class ByAutogradItself(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * (0.5 * (1 + torch.tanh(0.5 * beta * x)))

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            y = x * torch.sigmoid(ctx.beta * x)
            (found,) = torch.autograd.grad(y, x, grad, create_graph=True)
        return found, None


@variant
class WithTwoSigmoids(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.scale = float(beta)
        return torch.sigmoid(ctx.scale * x) * x

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        x = ctx.saved_tensors[0]
        scaled = x * ctx.scale
        slope = torch.special.expit(scaled) * (1 + scaled * torch.special.expit(-scaled))
        return slope * grad, None
