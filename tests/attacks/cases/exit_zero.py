# verdict: crashed
# threats: 4
def second(x):
    os._exit(0)
