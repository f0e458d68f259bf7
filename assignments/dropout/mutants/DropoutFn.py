"""Plausible wrong versions of `DropoutFn`, each with its misconception."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your backward draws its mask from the global generator instead of using the mask of forward.",
    zh="你的 backward 从全局 generator 重新抽取掩码，而没有使用 forward 的掩码。",
)
class draws_again_globally(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
        keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
        ctx.save_for_backward(x)
        ctx.p = p
        ctx.scale = 1 / (1 - p) if p < 1 else 0.0
        return x * keep * ctx.scale

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        (x,) = ctx.saved_tensors
        keep = torch.rand(x.shape, device=x.device) >= ctx.p
        return grad_output * keep * ctx.scale, None, None


@mutant(
    en="Your backward seeds the generator as at its start and draws again: that is the mask of the first call only.",
    zh="你的 backward 把 generator 重置到初始种子后再抽取：那只是第一次调用的掩码。",
)
class seeds_and_draws_again(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
        keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
        ctx.p, ctx.generator, ctx.shape = p, generator, x.shape
        ctx.scale = 1 / (1 - p) if p < 1 else 0.0
        return x * keep * ctx.scale

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        if ctx.generator is not None:
            ctx.generator.manual_seed(ctx.generator.initial_seed())
        else:
            torch.manual_seed(torch.initial_seed())
        keep = torch.rand(ctx.shape, generator=ctx.generator, device=grad_output.device) >= ctx.p
        return grad_output * keep * ctx.scale, None, None


@mutant(
    en="Your backward takes the mask from `result != 0`: kept elements of `x` that are 0 get no gradient.",
    zh="你的 backward 用“结果不为 0”来推断掩码：`x` 中为 0 的元素即使被保留也得不到梯度。",
)
class mask_from_the_result(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
        keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
        ctx.scale = 1 / (1 - p) if p < 1 else 0.0
        result = x * keep * ctx.scale
        ctx.save_for_backward(result)
        return result

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        (result,) = ctx.saved_tensors
        return grad_output * (result != 0) * ctx.scale, None, None


@mutant(
    en="Your backward lets everything through, as if nothing had been dropped.",
    zh="你的 backward 让一切都通过了，好像什么都没有丢弃。",
)
class backward_without_mask(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
        keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
        ctx.save_for_backward(keep)
        ctx.scale = 1 / (1 - p) if p < 1 else 0.0
        return x * keep * ctx.scale

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        return grad_output, None, None


@mutant(
    en="Your backward scales but does not mask: dropped elements get a gradient.",
    zh="你的 backward 只缩放而没有施加掩码：被丢弃的元素也得到了梯度。",
)
class backward_only_scales(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
        keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
        ctx.save_for_backward(keep)
        ctx.scale = 1 / (1 - p) if p < 1 else 0.0
        return x * keep * ctx.scale

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        return grad_output * ctx.scale, None, None


@mutant(
    en="Your backward multiplies by `x`, too; the derivative of x · mask by x is the mask alone.",
    zh="你的 backward 还乘上了 `x`；x · mask 对 x 的导数只是 mask。",
)
class multiplies_by_x(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
        keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
        ctx.save_for_backward(keep, x)
        ctx.scale = 1 / (1 - p) if p < 1 else 0.0
        return x * keep * ctx.scale

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        keep, x = ctx.saved_tensors
        return grad_output * x * keep * ctx.scale, None, None


@mutant(
    en="Your function keeps the mask on the class: a later forward overwrites the one that an earlier backward needs.",
    zh="你的函数把掩码存在类上：后一次 forward 会覆盖前一次 backward 所需的掩码。",
)
class mask_on_the_class(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
        keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
        ctx.scale = 1 / (1 - p) if p < 1 else 0.0
        mask_on_the_class.keep = keep
        return x * keep * ctx.scale

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        return grad_output * mask_on_the_class.keep * ctx.scale, None, None


@mutant(
    en="Your function multiplies by a float32 factor: float64 results are inexact and float16 becomes float32.",
    zh="你的函数乘上了 float32 的系数：float64 的结果不精确，float16 变成了 float32。",
)
class factor_in_float32(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
        keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
        mask = keep.float() * (1 / (1 - p) if p < 1 else 0.0)
        ctx.save_for_backward(mask)
        return x * mask

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        (mask,) = ctx.saved_tensors
        return grad_output * mask, None, None
