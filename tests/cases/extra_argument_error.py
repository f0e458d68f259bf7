# verdicts: first=error third=passed
# line: 4
# says: yours is `first\(x, factor, \*, power\)`
def first(x, factor, *, power):
    return factor * x


def third(x):
    return x + 1
