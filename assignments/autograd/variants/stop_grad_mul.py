"""Right versions of `stop_grad_mul` in other styles."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def without_recording(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:
    with torch.no_grad():
        factor = g(x) * 1
    return torch.mul(factor, x)


@variant
def by_linearity(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:
    constant = g(x).clone().detach()
    return torch.addcmul(torch.zeros_like(x), x, constant)


@variant
def as_an_operator(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:
    class ScaledBy(torch.autograd.Function):
        @staticmethod
        def forward(ctx, value, factor):
            ctx.save_for_backward(factor)
            return value * factor

        @staticmethod
        def backward(ctx, grad):
            return grad * ctx.saved_tensors[0], None

    return ScaledBy.apply(x, g(x).detach())
