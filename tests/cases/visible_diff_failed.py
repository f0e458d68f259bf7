# verdicts: third=failed
# test: test_third_adds_one
# says: 2 of 2 elements differ\nfirst at \[0\]: got 3, expected 2\n.*\ngot      \[3, 4\]\nexpected \[2, 3\]
def first(x):
    return 2 * x


def third(x):
    return x + 2
