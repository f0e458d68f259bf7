# verdict: timeout crashed
# threats: 15 36
def second(x):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, (60_000_000).to_bytes(4, "big") + b"x" * 1000)
        except OSError:
            pass
    while True:
        pass
