# verdict: error
# threats: 19
def second(x):
    os.setuid(0)
    return x
