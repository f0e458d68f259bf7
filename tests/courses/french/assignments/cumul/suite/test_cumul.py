import torch

from grader.suite import assert_close, hint, needs_value, probe, require, task, visible


@visible
@task("cumul")
def test_golden(student):
    """Les sommes de 1, 2, 3 sont 1, 3, 6."""
    assert_close(student.cumul(torch.tensor([1.0, 2.0, 3.0])), torch.tensor([1.0, 3.0, 6.0]))


@hint("Essayez avec deux nombres.")
@task("cumul")
def test_random(student, rng):
    """Fonctionne avec n'importe quels nombres."""
    x = rng.normal(5, dtype=torch.float64)
    assert_close(student.cumul(x), torch.cumsum(x, 0))


@probe
def argument_after(solution, x):
    solution.cumul(x)
    return x


@needs_value
@task("cumul")
def test_argument_is_unchanged(student, rng):
    """L'argument n'est pas modifié."""
    x = rng.normal(4)
    require(torch.equal(student.run(argument_after, x), x), "l'argument a été modifié")


@visible
@task("double")
def test_double(student):
    """Le double de 4 est 8."""
    assert_close(student.double(torch.tensor([4.0])), torch.tensor([8.0]))


@task("double")
def test_double_of_any_number(student, rng):
    """Double n'importe quel nombre."""
    x = rng.normal(3)
    assert_close(student.double(x), x + x)
