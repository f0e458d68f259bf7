import torch
from torch import Tensor, nn

from grader.suite.mutants import variant


@variant
class Adds(nn.Module):
    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        return x + (self.factor - 1) * x


@variant
class Linear(nn.Module):
    def __init__(self, factor: float) -> None:
        super().__init__()
        self.register_buffer("factor", torch.tensor(factor))

    def forward(self, x: Tensor) -> Tensor:
        return self.factor.to(x.dtype) * x
