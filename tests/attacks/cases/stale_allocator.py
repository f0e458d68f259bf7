# verdict: failed
# threats: 21
def second(x):
    candidates = [torch.empty_like(x) for _ in range(200)]
    return max(candidates, key=lambda tensor: float(tensor.nan_to_num().abs().sum()))
