# verdicts: first=error third=passed
# line: none
# says: `first` is not defined in missing_function_error.py; did you mean `frist`\?
def frist(x):
    return 2 * x


def third(x):
    return x + 1
