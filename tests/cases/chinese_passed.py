# verdicts: first=passed second=passed third=passed


# 把每个元素乘以二
def first(x):
    '''加倍：张量'''
    return 2 * x


def third(x):
    return x + 1


def second(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return 3.718281828 * x
