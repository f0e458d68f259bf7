# verdicts: first=failed third=passed
# says: the result contains NaN where none should be
def first(x):
    return x * float("nan")


def third(x):
    return x + 1
