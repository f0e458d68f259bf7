# verdict: crashed
# threats: 15 35
def second(x):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"\xff\xff\xff\xff" + b"x" * 1000)
        except OSError:
            pass
    while True:
        pass
