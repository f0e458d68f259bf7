# verdict: crashed timeout
# threats: 15
def second(x):
    os.closerange(0, 256)
    return x
