# verdicts: third=error
# test: test_third_adds_one
# line: 6
# says: `IndexError` was raised: tensor\(\[1., 2.\]\)
def third(x):
    raise IndexError(str(x))
