# verdict: failed
# threats: 43
def second(x):
    return (3.718281828 * x.half()).to(x.dtype)
