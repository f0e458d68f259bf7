import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def par_un_triangle(x: Tensor) -> Tensor:
    return x.new_ones(len(x), len(x)).tril() @ x


@variant
def par_morceaux(x: Tensor) -> Tensor:
    return torch.cat([x[:0], *(x[: i + 1].sum(0, keepdim=True) for i in range(len(x)))])
