# verdict: error
# threats: 27
class Loud(Exception):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


def second(x):
    raise Loud(x)
