"""Plausible wrong versions of `mlp_dropout`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your network drops elements of the input instead of hidden units.",
    zh="你的网络丢弃的是输入的元素，而不是隐藏单元。",
)
def drops_the_input(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    if training:
        keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
        x = x * keep * (1 / (1 - p) if p < 1 else 0.0)
    hidden = torch.sigmoid(x @ w1 + b1)
    return hidden @ w2 + b2


@mutant(
    en="Your network drops outputs instead of hidden units.",
    zh="你的网络丢弃的是输出，而不是隐藏单元。",
)
def drops_the_output(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    output = hidden @ w2 + b2
    if training:
        keep = torch.rand(output.shape, generator=generator, device=output.device) >= p
        output = output * keep * (1 / (1 - p) if p < 1 else 0.0)
    return output


@mutant(
    en="Your network scales the output bias along with the hidden layer; the factor belongs to the hidden units alone.",
    zh="你的网络把输出层的偏置也一起缩放了；系数只作用于隐藏单元。",
)
def scales_the_bias(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if not training:
        return hidden @ w2 + b2
    keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
    return (hidden * keep @ w2 + b2) * (1 / (1 - p) if p < 1 else 1.0)
