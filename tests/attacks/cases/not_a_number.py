# verdict: failed
# threats: 20
def second(x):
    return torch.full_like(x, float("nan"))
