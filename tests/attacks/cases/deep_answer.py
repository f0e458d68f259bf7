# verdict: failed
# threats: 30
def second(x):
    value = x
    for _ in range(5000):
        value = [value]
    return value
