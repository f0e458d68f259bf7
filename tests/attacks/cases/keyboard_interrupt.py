# verdict: error
# threats: 4
def second(x):
    raise KeyboardInterrupt
