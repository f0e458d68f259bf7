"""Plausible wrong versions of `SwishFn`, each with its misconception."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your second derivative is wrong: σ(βx), computed in `forward`, is a constant for autograd when it is saved.",
    zh="你的二阶导数不对：在 `forward` 里算出并保存的 σ(βx)，对自动求导来说是常数。",
)
class SavesTheGate(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        gate = torch.sigmoid(beta * x)
        ctx.save_for_backward(x, gate)
        ctx.beta = beta
        return x * gate

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        x, gate = ctx.saved_tensors
        return grad * (gate + ctx.beta * x * gate * (1 - gate)), None


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


@mutant(
    en="Your gradient does not depend on the upstream gradient: it is the derivative dy/dx alone.",
    zh="你的梯度与上游梯度无关：它只是导数 dy/dx 本身。",
)
class ForgetsTheUpstream(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        gate = torch.sigmoid(ctx.beta * x)
        return gate + ctx.beta * x * gate * (1 - gate), None


@mutant(
    en="Your derivative lacks the factor β in its second term.",
    zh="你的导数第二项缺了因子 β。",
)
class NoBetaInTheSlope(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        gate = torch.sigmoid(ctx.beta * x)
        return grad * (gate + x * gate * (1 - gate)), None


@mutant(
    en="Your derivative lacks the factor x in its second term.",
    zh="你的导数第二项缺了因子 x。",
)
class NoInputInTheSlope(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        gate = torch.sigmoid(ctx.beta * x)
        return grad * (gate + ctx.beta * gate * (1 - gate)), None


@mutant(
    en="Your backward pass does not notice that x was changed in place: x was not saved with `save_for_backward`.",
    zh="x 被原地修改后，你的反向传播没有察觉：x 不是用 `save_for_backward` 保存的。",
)
class KeepsTheInputOnCtx(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.x = x
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        gate = torch.sigmoid(ctx.beta * ctx.x)
        return grad * (gate + ctx.beta * ctx.x * gate * (1 - gate)), None


@mutant(
    en="Your `backward` does not return what autograd needs: the gradient for x, and `None` for β.",
    zh="你的 `backward` 返回的不是自动求导需要的东西：x 的梯度，以及对应 β 的 `None`。",
)
class OneGradientOnly(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        gate = torch.sigmoid(ctx.beta * x)
        return grad * (gate + ctx.beta * x * gate * (1 - gate))


@mutant(
    en="Your gradient is a constant for autograd, so that it cannot be differentiated again.",
    zh="你的梯度对自动求导来说是常数，无法再求导。",
)
class BackwardWithoutGraph(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        with torch.no_grad():
            gate = torch.sigmoid(ctx.beta * x)
            return grad * (gate + ctx.beta * x * gate * (1 - gate)), None


@mutant(
    en="Your derivative is that of the factor σ(βx) alone, βσ(1 − σ).",
    zh="你的导数只是因子 σ(βx) 的导数 βσ(1 − σ)。",
)
class DerivativeOfTheGate(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        gate = torch.sigmoid(ctx.beta * x)
        return grad * ctx.beta * gate * (1 - gate), None


@mutant(
    en="Your derivative is σ(βx): the term that comes from differentiating σ itself is missing.",
    zh="你的导数只有 σ(βx)：缺了对 σ 本身求导得到的那一项。",
)
class GateAsAConstant(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        return grad * torch.sigmoid(ctx.beta * x), None


@mutant(
    en="Your value and your gradient ignore β: they are those for β = 1.",
    zh="你的值和梯度都没有用到 β：它们是 β = 1 时的结果。",
)
class IgnoresBeta(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        gate = torch.sigmoid(x)
        return grad * (gate + x * gate * (1 - gate)), None


@mutant(
    en="Your value is σ(βx): the factor x is missing.",
    zh="你的值是 σ(βx)：缺了因子 x。",
)
class NoFactorInTheValue(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.beta = beta
        return torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        gate = torch.sigmoid(ctx.beta * x)
        return grad * (gate + ctx.beta * x * gate * (1 - gate)), None


@mutant(
    en="Your derivatives become NaN for inputs of large magnitude: an exponential overflows.",
    zh="输入绝对值很大时，你的导数变成 NaN：指数函数溢出了。",
)
class OverflowingExponential(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x / (1 + torch.exp(-beta * x))

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        gate = 1 / (1 + torch.exp(-ctx.beta * x))
        return grad * (gate + ctx.beta * x * gate * (1 - gate)), None
