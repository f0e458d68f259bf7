"""Which mechanical mutants are tried."""

from __future__ import annotations

from grader.verify.limits import MECHANICAL_A_TASK
from grader.verify.mechanical.drawing import drawn_mutants
from grader.verify.mechanical.mutants import mechanical_mutants

_MADE = mechanical_mutants("def f(x, y, n):\n    z = x + y * n\n    return z.sum(0) if n > 1 else z / 2\n", "f")


def _names(sha256: str, *, listed: int = 0, draws_all: bool = False) -> list[str]:
    keys = {mutant.key for mutant in _MADE[:listed]}
    return [drawn.mutant.after for drawn in drawn_mutants(_MADE, keys, sha256, draws_all=draws_all)]


def test_a_few_are_drawn_by_the_suite() -> None:
    assert len(_MADE) > 2 * MECHANICAL_A_TASK
    assert len(_names("a")) == MECHANICAL_A_TASK
    assert _names("a") == _names("a")
    assert len({tuple(_names(sha256)) for sha256 in "abcd"}) == 4


def test_listed_one_is_never_among_a_few() -> None:
    listed = len(_MADE) - 2
    assert set(_names("a", listed=listed)) == {mutant.after for mutant in _MADE[listed:]}


def test_all_are_tried_when_that_is_wanted_and_listed_ones_are_marked() -> None:
    drawn = drawn_mutants(_MADE, {_MADE[1].key}, "a", draws_all=True)
    assert [one.mutant for one in drawn] == _MADE
    assert [one.is_listed for one in drawn] == [False, True] + [False] * (len(_MADE) - 2)


def test_seed_of_one_does_not_depend_on_the_others() -> None:
    some = {one.mutant.key: one.seed for one in drawn_mutants(_MADE, (), "a", draws_all=False)}
    every = {one.mutant.key: one.seed for one in drawn_mutants(_MADE, (), "b", draws_all=True)}
    assert some.items() <= every.items()
    assert len(set(every.values())) > 1
