# verdict: error
# threats: 4
def second(x):
    sys.exit(0)
