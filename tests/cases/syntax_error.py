# verdicts: first=error second=error third=error
# line: 7
# says: not valid Python: expected ':' .*SyntaxError
import torch


def first(x)
    return 2 * x
