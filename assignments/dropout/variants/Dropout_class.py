"""Right solutions of `Dropout` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from grader.suite.mutants import variant


@variant
class by_bernoulli_in_place(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError("p must lie in [0, 1]")
        self.p = float(p)

    def forward(self, x: Tensor) -> Tensor:
        if self.training and self.p > 0:
            mask = torch.empty_like(x).bernoulli_(1 - self.p)
            return x * mask if self.p == 1 else x * mask / (1 - self.p)
        return x.clone()


@variant
class checks_p_in_a_property(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        if self.p == 1:
            return torch.zeros_like(x) * x
        return x.masked_fill(torch.rand(x.shape, device=x.device) < self.p, 0) / (1 - self.p)

    @property
    def p(self) -> float:
        return self._p

    @p.setter
    def p(self, value: float) -> None:
        if not 0 <= value <= 1:
            raise ValueError("p must lie in [0, 1]")
        self._p = value


@variant
class remembers_the_last_mask(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        probabilities = torch.full(x.shape, 1.0 - self.p, device=x.device)
        self.last = torch.bernoulli(probabilities).bool()
        return torch.where(self.last, x, torch.zeros_like(x)) * (1 / (1 - self.p) if self.p != 1 else 1)
