# verdict: memory
# threats: 35
def second(x):
    return torch.empty(10 * 2**30, dtype=torch.uint8)
