import pytest
import torch

from grader.suite import assert_close, hint, needs_value, probe, task, visible


@probe
def added(solution, x, y):
    solution.add_(x, y)
    return x


@visible
@task("double")
def test_golden(student):
    """Doubles 1 and 2.

    把 1 和 2 加倍。
    """
    assert_close(student.double(torch.tensor([1.0, 2.0])), torch.tensor([2.0, 4.0]))


@hint("Does it hold for negative numbers?", "对负数也成立吗？")
@task("double")
@pytest.mark.parametrize("size", [3, 4])
def test_random(student, rng, size):
    """Doubles anything.

    把任何数加倍。
    """
    x = rng.normal(size, 4)
    assert_close(student.double(x), 2 * x)


@needs_value
@task("double")
def test_integers(student):
    """Refuses integers with a ValueError.

    用 ValueError 拒绝整数。
    """
    with pytest.raises(ValueError):
        student.double(torch.tensor([1]))


@task("add_")
def test_adds_in_place(student, rng):
    """Adds in place.

    原地相加。
    """
    x, y = rng.normal(3), rng.normal(3)
    assert_close(student.run(added, x, y), x + y)
