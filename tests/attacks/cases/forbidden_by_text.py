# verdict: forbidden
# threats: 25
from torch import cumsum as harmless


def _helper(x):
    return harmless(x, 0)


def second(x):
    return _helper(x)
