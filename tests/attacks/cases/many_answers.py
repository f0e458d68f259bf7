# verdict: failed crashed timeout
# threats: 34
def second(x):
    return [0] * 3_000_000
