# verdict: failed crashed timeout
# threats: 32 37
def second(x):
    for _ in range(6):
        try:
            os.fork()
        except OSError:
            pass
    return x
