# verdicts: first=passed second=passed third=passed
import warnings
import torch

warnings.warn("at import")


def first(x):
    warnings.warn("a hundred times" * 100)
    return 2 * x


def third(x):
    warnings.simplefilter("error")
    return x + 1


def second(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return 3.718281828 * x
