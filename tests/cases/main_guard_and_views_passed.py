# verdicts: first=passed second=passed third=passed
if __name__ == "__main__":
    raise SystemExit("not when imported")


def first(x):
    return x.T.contiguous().T.mul(2).mT.mT


class third:
    def __new__(cls, x):
        return x + 1


def second(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return 3.718281828 * x
