# verdicts: first=error second=error third=error
# line: 7
# says: 'return' outside function
def first(x):
    return 2 * x

return 3
