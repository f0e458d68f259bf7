# verdict: crashed
# threats: 36
def second(x):
    os.abort()
