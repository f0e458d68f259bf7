"""Which mechanical mutants are tried: all of them, or a few of each task that the suite's own hash draws. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from grader.verify.limits import MECHANICAL_A_TASK
from grader.verify.mechanical.mutants import MechanicalMutant

__all__ = ["Drawn", "drawn_mutants"]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A mechanical mutant that is to be tried.

    Attributes:
        seed: its own, whoever else is tried.
        is_listed: whether its author says that it does what the reference does.
    """

    mutant: MechanicalMutant
    seed: int
    is_listed: bool


def drawn_mutants(
    made: Iterable[MechanicalMutant], listed: Collection[tuple[str, str, str]], sha256: str, *, draws_all: bool
) -> list[Drawn]:
    """Returns the mutants of one task that are tried.

    Args:
        made: the task's mutants.
        listed: the keys of those that are known to be equivalent: they are never among a few.
        sha256: of the suite, which draws: another suite tries others, the same one always the same.
        draws_all: whether to try all of them, those listed too.
    """
    drawn = [Drawn(mutant=one, seed=_number(one.key) % 2**31, is_listed=one.key in listed) for one in made]
    if draws_all:
        return drawn
    unlisted = [one for one in drawn if not one.is_listed]
    return sorted(unlisted, key=lambda one: _number((sha256, *one.mutant.key)))[:MECHANICAL_A_TASK]


def _number(words: tuple[str, ...]) -> int:
    return int(hashlib.sha256("\0".join(words).encode()).hexdigest(), 16)
