import torch
from torch import Tensor

from grader.suite.mutants import mutant


@mutant(en="Your sums leave out the entry itself.", zh="你的累加和漏掉了当前项。")
def leaves_itself_out(x: Tensor) -> Tensor:
    return torch.stack([x[:i].sum() for i in range(len(x))])


@mutant(en="Your sums run from the end.", zh="你的累加方向反了。")
def from_the_end(x: Tensor) -> Tensor:
    return torch.stack([x[i:].sum() for i in range(len(x))])


@mutant(en="Your function changes its argument.", zh="你的函数修改了参数。")
def in_place(x: Tensor) -> Tensor:
    for i in range(1, len(x)):
        x[i] += x[i - 1]
    return x
