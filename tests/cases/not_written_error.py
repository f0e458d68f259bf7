# verdicts: first=error third=passed
# line: 5
# says: ^not written yet$
def first(x):
    raise NotImplementedError("first")


def third(x):
    return x + 1
