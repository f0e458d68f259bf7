import torch

from grader.suite import assert_close, assert_keeps_promises, hint, in_case, needs_value, probe, require, task, visible


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


@needs_value
@task("cumul")
def test_sizes_and_values(student, rng):
    """Fonctionne pour toutes les tailles et toutes les valeurs."""
    cases = [8, 1, 0]
    for number, size in enumerate(cases, 1):
        x = rng.spread(size, dtype=torch.float64)
        with in_case(number, len(cases), x):
            assert_close(student.cumul(x), torch.cumsum(x, 0))


@needs_value
@task("cumul")
def test_rules(student, rng):
    """Respecte les règles de l'énoncé."""
    assert_keeps_promises(student, "cumul", lambda x: torch.cumsum(x, 0), (rng.normal(4),), rng=rng)


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


@needs_value
@task("double")
def test_double_of_other_sizes_and_values(student, rng):
    """Double toutes les tailles et toutes les valeurs."""
    cases = [8, 1, 0]
    for number, size in enumerate(cases, 1):
        x = rng.spread(size, dtype=torch.float64)
        with in_case(number, len(cases), x):
            assert_close(student.double(x), x + x)


@needs_value
@task("double")
def test_rules_of_double(student, rng):
    """Respecte les règles de l'énoncé, là aussi."""
    assert_keeps_promises(student, "double", lambda x: x + x, (rng.normal(3),), rng=rng)
