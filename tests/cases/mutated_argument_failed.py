# verdicts: third=passed
# test: test_first_leaves_its_argument_alone
# says: what the title says does not hold
def first(x):
    return x.mul_(2)


def third(x):
    return x + 1
