# verdict: failed error
# threats: 15 34
def second(x):
    os.close(1)
    os.close(2)
    return x
