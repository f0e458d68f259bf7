import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def by_a_triangle(x: Tensor) -> Tensor:
    return torch.ones(len(x), len(x), dtype=x.dtype).tril() @ x


@variant
def by_parts(x: Tensor) -> Tensor:
    return torch.cat([x[:0], *(x[: i + 1].sum(0, keepdim=True) for i in range(len(x)))])
