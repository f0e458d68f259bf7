# verdicts: first=error second=error third=error
# line: 6
# says: IndentationError
def first(x):
    y = 2
      return y * x
