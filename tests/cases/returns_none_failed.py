# verdicts: first=failed third=passed
# says: the result is `None`, expected a `Tensor`
def first(x):
    x * 2


def third(x):
    return x + 1
