import torch

from grader.suite import assert_close, needs_value, probe, task, visible


@visible
@task("running_sum")
def test_golden(student):
    """The sums of 1, 2, 3 are 1, 3, 6.

    1、2、3 的累加和是 1、3、6。
    """
    assert_close(student.running_sum(torch.tensor([1.0, 2.0, 3.0])), torch.tensor([1.0, 3.0, 6.0]))


@task("running_sum")
def test_random(student, rng):
    """Sums up any numbers.

    任意数的累加和。
    """
    x = rng.normal(5, dtype=torch.float64)
    assert_close(student.running_sum(x), torch.cumsum(x, 0))
    for size in (5, 1, 0):
        x = rng.spread(size, dtype=torch.float64)
        assert_close(student.running_sum(x), x.cumsum(0))


@probe
def argument_after(solution, x):
    solution.running_sum(x)
    return x


@needs_value
@task("running_sum")
def test_argument_is_unchanged(student, rng):
    """The argument is not modified.

    不修改参数。
    """
    x = rng.normal(4)
    assert_close(student.run(argument_after, x), x)


@probe
def scaled(solution, factor, x):
    return solution.Scale(factor)(x)


@task("Scale")
def test_scales(student, rng):
    """Multiplies by the factor.

    乘以系数。
    """
    x = rng.normal(3)
    for factor in (3.0, -1.7, 0.37):
        assert_close(student.run(scaled, factor, x), factor * x)
