# verdicts: first=error third=passed
# line: 4
# says: yours is `first\(\)`, expected `def first\(x: Tensor\) -> Tensor`
def first():
    return 2


def third(x):
    return x + 1
