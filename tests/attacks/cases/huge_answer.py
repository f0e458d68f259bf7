# verdict: failed memory timeout
# threats: 34 35
def second(x):
    return torch.zeros(40_000_000)
