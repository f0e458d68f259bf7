# verdict: timeout
# threats: 36
import itertools


def second(x):
    return sum(itertools.repeat(1))
