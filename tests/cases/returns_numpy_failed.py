# verdicts: first=failed third=passed
# says: contains a `numpy.ndarray`, which is no plain value or tensor
def first(x):
    return (2 * x).numpy()


def third(x):
    return x + 1
