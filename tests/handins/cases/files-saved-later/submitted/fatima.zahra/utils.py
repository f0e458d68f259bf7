def chunks(n, k):
    return [(i, min(i + k, n)) for i in range(0, n, k)]
