# verdicts: first=error third=passed
# line: 6
# says: ^`ValueError` was raised$
def first(x):
    if x.shape:
        raise ValueError(f"I saw {x.tolist()}")
    return 2 * x


def third(x):
    return x + 1
