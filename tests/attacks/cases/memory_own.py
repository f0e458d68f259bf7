# verdict: failed
# threats: 2 17
def second(x):
    return x * (_search(_in_memory("self")) or 1.0)
