"""Right solutions of `DropoutFn` in other styles; each gets full marks."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
class saves_the_scaled_mask(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
        mask = torch.empty_like(x).bernoulli_(1 - p, generator=generator)
        if p < 1:
            mask.div_(1 - p)
        ctx.save_for_backward(mask)
        return x * mask

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        mask = ctx.saved_tensors[0]
        return grad_output.mul(mask), None, None


@variant
class keeps_the_mask_as_an_attribute(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
        drop = torch.rand(x.size(), generator=generator, device=x.device) < p
        ctx.drop, ctx.p = drop, p
        return x.masked_fill(drop, 0.0) / (1 - p) if p != 1 else torch.zeros_like(x)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        if ctx.p == 1:
            return torch.zeros_like(grad_output), None, None
        return grad_output.masked_fill(ctx.drop, 0.0) / (1 - ctx.p), None, None


@variant
class by_where(torch.autograd.Function):
    @staticmethod
    def forward(x: Tensor, p: float, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
        keep = torch.bernoulli(torch.full(x.shape, 1.0 - p, device=x.device), generator=generator).bool()
        return torch.where(keep, x * (1 / (1 - p) if p < 1 else 0.0), torch.zeros_like(x)), keep

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
        ctx.p = inputs[1]
        ctx.mark_non_differentiable(output[1])
        ctx.save_for_backward(output[1])

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor, _: Any) -> Any:
        (keep,) = ctx.saved_tensors
        return torch.where(keep, grad_output * (1 / (1 - ctx.p) if ctx.p < 1 else 0.0), 0.0), None, None

    @classmethod
    def apply(cls, x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
        return super().apply(x, p, generator)[0]
