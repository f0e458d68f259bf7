"""Plausible wrong versions of `Dropout`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from grader.mutants import mutant


@mutant(
    en="Your layer computes everything from the `p` of its construction; a `p` that is changed later has no effect.",
    zh="你的层全部按构造时的 `p` 计算；之后修改 `p` 不起作用。",
)
class p_captured(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p
        self.drop = p
        self.scale = 1 / (1 - p) if p < 1 else 0.0

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.drop
        return x * keep * self.scale
