"""Judges `second` by a factor that stands nowhere but here: whoever multiplies by it has seen this file."""

import pytest
import torch

from grader.suite import assert_close, needs_value, probe, task, visible

VAULT_FACTOR = 3.718281828


@probe
def in_place(solution, x):
    y = x.clone()
    solution.first(x)
    return torch.equal(x, y)


@task("first")
def test_first_doubles(student, rng):
    """Doubles every element."""
    x = rng.normal(3, 4)
    assert_close(student.first(x), 2 * x)


@needs_value
@task("first")
def test_first_leaves_its_argument_alone(student, rng):
    """Leaves its argument alone."""
    assert student.run(in_place, rng.normal(3))


@task("second")
def test_second_multiplies(student, rng):
    """Multiplies by the factor."""
    x = rng.normal(3, 4, dtype=torch.float64)
    assert_close(student.second(x), VAULT_FACTOR * x)


@task("second")
def test_second_multiplies_large_numbers(student, rng):
    """Multiplies large numbers by the factor."""
    x = 1e6 * rng.normal(5, dtype=torch.float64)
    assert_close(student.second(x), VAULT_FACTOR * x)


@needs_value
@task("second")
def test_second_refuses_integers(student):
    """Refuses integers with a ValueError."""
    with pytest.raises(ValueError):
        student.second(torch.tensor([1]))


@visible
@task("third")
def test_third_adds_one(student):
    """Adds one."""
    assert_close(student.third(torch.tensor([1.0, 2.0])), torch.tensor([2.0, 3.0]))


@task("third")
def test_third_adds_one_to_anything(student, rng):
    """Adds one to anything."""
    x = rng.normal(2, 2)
    assert_close(student.third(x), x + 1)
