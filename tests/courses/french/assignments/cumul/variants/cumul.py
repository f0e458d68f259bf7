import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def par_un_triangle(x: Tensor) -> Tensor:
    return torch.ones(len(x), len(x), dtype=x.dtype).tril() @ x


@variant
def par_morceaux(x: Tensor) -> Tensor:
    return torch.stack([x[: i + 1].sum() for i in range(len(x))])
