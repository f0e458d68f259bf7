# verdict: error memory crashed
# threats: 33 41
def second(x):
    for number in range(100):
        with open(f"/dev/shm/fill{number}", "wb") as file:
            file.write(b"x" * (8 << 20))
    return x
