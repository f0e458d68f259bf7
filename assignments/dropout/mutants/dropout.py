"""Plausible wrong versions of `dropout`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `dropout` multiplies by 1 − p in evaluation instead of dividing by it in training.",
    zh="你的 `dropout` 在评估时乘以 1 − p，而不是在训练时除以它。",
)
def scales_in_evaluation_instead(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x * (1 - p)
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return x * keep


@mutant(
    en="Your `dropout` takes `p` for the probability of keeping, both in the draw and in the factor.",
    zh="你的 `dropout` 把 `p` 当成保留概率，抽取和系数都是如此。",
)
def p_is_the_keep_probability(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) < p
    return x * keep * (1 / p if p > 0 else 0.0)


@mutant(
    en="Your `dropout` returns zeros without a graph for p = 1: no gradient flows back, where it should be 0.",
    zh="p = 1 时你的 `dropout` 返回的零与 `x` 断开了：没有梯度流回，而梯度应当是 0。",
)
def no_graph_at_one(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    if p == 1:
        return torch.zeros_like(x)
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return x * keep / (1 - p)
