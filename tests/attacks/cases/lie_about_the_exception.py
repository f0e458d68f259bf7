# verdict: error
# threats: 25
def second(x):
    raise ValueError("I refuse everything")
