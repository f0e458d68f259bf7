# verdicts: first=passed second=passed third=passed
import sys

print("x" * (1 << 20))


def first(x):
    print("y" * (1 << 20))
    print("z" * (1 << 20), file=sys.stderr)
    return 2 * x


def third(x):
    return x + 1


def second(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return 3.718281828 * x
