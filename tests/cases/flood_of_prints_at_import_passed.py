# verdicts: first=passed second=passed third=passed
# notes: Your code prints more than 4 MiB: the rest was thrown away.
import os
import sys

for _ in range(20):
    print("x" * (1 << 20))
for _ in range(4):
    os.write(2, b"y" * (1 << 20))
    sys.stderr.write("z" * 1000 + "\n")


def first(x):
    return 2 * x


def third(x):
    return x + 1


def second(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return 3.718281828 * x
