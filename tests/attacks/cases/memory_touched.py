# verdict: memory
# threats: 35
def second(x):
    hoard = []
    while True:
        hoard.append(bytearray(64 << 20))
