# verdict: crashed timeout
# threats: 32
def second(x):
    while True:
        os.fork()
