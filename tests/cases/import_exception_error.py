# verdicts: first=error second=error third=error
# line: 5
# says: importing the file raised `ZeroDivisionError`: division by zero
def scale():
    return 1 / 0


SCALE = scale()


def first(x):
    return 2 * x
