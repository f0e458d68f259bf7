# verdict: crashed
# threats: 36
def second(x):
    return ctypes.string_at(0)
