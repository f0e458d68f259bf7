# verdicts: first=failed third=passed
# says: the result has dtype torch.float64, expected torch.float32
def first(x):
    return 2 * x.double()


def third(x):
    return x + 1
