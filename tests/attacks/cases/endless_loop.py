# verdict: timeout
# threats: 36
def second(x):
    while True:
        pass
