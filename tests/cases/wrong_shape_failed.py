# verdicts: first=failed third=passed
# says: the result has shape \(4, 3\), expected \(3, 4\)
def first(x):
    return (2 * x).T


def third(x):
    return x + 1
