# verdict: error crashed
# threats: 36
def second(x):
    return second(x)
