from torch import Tensor

from grader.suite.mutants import variant


@variant
def par_addition(x: Tensor) -> Tensor:
    return x + x


@variant
def par_methode(x: Tensor) -> Tensor:
    return x.mul(2)
