# verdicts: first=forbidden third=passed
# line: 8
# says: `torch.cumsum` is forbidden in this exercise
import torch


def first(x):
    return torch.cumsum(x, 0)


def third(x):
    return x + 1
