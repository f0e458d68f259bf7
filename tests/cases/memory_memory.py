# verdicts: first=memory third=passed
# line: 5
# says: it asked for more memory than it may use
import torch
def first(x): return torch.empty(
    10 * 2**30)


def third(x):
    return x + 1
