# verdicts: first=crashed second=passed
# test: test_first_doubles
# says: values could not be carried over \(`TypeError`\)
# line: none
import torch


def first(x):
    torch.Tensor.detach = None
    return 2 * x


def second(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return 3.718281828 * x


def third(x):
    return x + 1
