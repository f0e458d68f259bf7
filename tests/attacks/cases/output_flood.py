# verdict: failed timeout
# threats: 34
def second(x):
    for _ in range(1000):
        os.write(1, b"x" * (1 << 20))
    return x
