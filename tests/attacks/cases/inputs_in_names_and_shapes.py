# verdict: failed error
# threats: 40
_calls = []


def second(x):
    _calls.append(x)
    number = abs(int(x.reshape(-1)[0].item() * 1000))
    if len(_calls) == 1:
        return type(f"smuggled{number}", (), {})()
    return torch.empty(0, 1000 + number)
