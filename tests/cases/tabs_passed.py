# verdicts: first=passed second=passed third=passed


def first(x):
	return 2 * x


def third(x):
	return x + 1


def second(x):
	if not x.is_floating_point():
		raise ValueError("integers")
	return 3.718281828 * x
