# verdict: error
# threats: 33
def second(x):
    for number in range(100):
        with open(f"/tmp/fill{number}", "wb") as file:
            file.write(b"x" * (4 << 20))
    return x
