# verdicts: first=failed third=passed
# says: the result is a `float`, expected a `Tensor`
def first(x):
    return float(x.sum())


def third(x):
    return x + 1
