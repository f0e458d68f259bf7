# verdict: failed
# threats: 44
def second(x):
    x.fill_(0)
    return x
