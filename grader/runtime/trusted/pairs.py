"""Finds the two mistakes that a wrong submission makes at once: pairs of a task's mutants that are edits.

Likewise one mistake of a solution that is written in another style: pairs of a mutant and a style.

Nobody has proved a pair, as `learn verify` proves each mutant. So its code has a time box, and a module in which
nothing else has run; and what pairs show is told only when all of them were heard.
"""

from __future__ import annotations

import contextlib
import itertools
import types
from collections.abc import Sequence
from typing import NamedTuple

from grader.models import Mutant
from grader.runtime.trusted.edits import definition_of, with_edits_of_both
from grader.runtime.trusted.modules import ModuleMaker
from grader.runtime.trusted.pruning import plausible_pairs
from grader.runtime.trusted.stand_ins import StandIn
from grader.runtime.trusted.time_box import TimeBox, can_limit_time, time_box
from grader.runtime.trusted.transcripts import Likeness, Told, likeness_of
from grader.runtime.wire.settings import Settings

__all__ = ["Loaded", "Pairs"]

_BUDGET_S = 1.0
_Told = tuple[Mutant, ...]
_Numbers = tuple[int, int]


class Loaded(NamedTuple):
    """One form of a mutant, or a style: as it is told, which a style is not, as it was read, and as it runs alone."""

    mutant: Mutant | None
    found: StandIn
    module: types.ModuleType


class Pairs:
    """The pairs of one task's mutants.

    Args:
        reference: the text of the reference solution.
        edited: the task's mutants and styles that are edits and that run.
    """

    def __init__(self, reference: str, task: str, edited: Sequence[Loaded]) -> None:
        self._edited = edited
        self._definition = definition_of(reference, task) if edited else ""
        self._maker = ModuleMaker(reference, task) if edited else None
        numbers = itertools.combinations(range(len(edited)), 2)
        self._numbers = [pair for pair in numbers if self._both(*pair) is not None]

    def find(self, told: list[Told], device: str) -> tuple[Mutant, ...]:
        """Returns what all pairs that answer alike have in common: two, one, or none where it would be a guess.

        Of pairs that the suite cannot tell apart, those that agree bit for bit count. It must be known that no mutant
        answers alike alone: so each of a pair has its part in what the pair answers.

        Args:
            told: what the submission was asked and replied.
        """
        if self._maker is None or not can_limit_time():
            return ()
        with time_box(_BUDGET_S) as box:
            return _in_common(self._alike(self._maker, told, device, box))
        return ()

    def _alike(self, maker: ModuleMaker, told: list[Told], device: str, box: TimeBox) -> list[_Told]:
        """Returns the pairs that answer bit for bit the same; where there are none, those that come close."""
        found: dict[Likeness, list[_Told]] = {likeness: [] for likeness in Likeness}
        settings, module = Settings(), maker.make("pairs", "")
        for one, other in self._plausible(maker, told, device):
            source = with_edits_of_both(self._definition, one.found, other.found)
            with contextlib.suppress(Exception):  # what does not run gives no answers
                maker.fill(module, source or "")
                found[likeness_of(module, told, device, settings)].append(_told_of(one, other))
            box.check()
        return found[Likeness.EXACT] or found[Likeness.CLOSE]

    def _plausible(self, maker: ModuleMaker, told: list[Told], device: str) -> list[tuple[Loaded, Loaded]]:
        """Returns the pairs without those that cannot explain what the submission replied.

        A style alone shows nothing of what it does to a mistake, and so none of its pairs is left out by that.
        """
        modules = [one.module for one in self._edited]
        reference = maker.make("reference", self._definition)
        mistakes = [pair for pair in self._numbers if len(self._told(pair)) > 1]
        styled = [pair for pair in self._numbers if len(self._told(pair)) == 1]
        left = [*styled, *plausible_pairs(reference, modules, mistakes, told, device)]
        return [(self._edited[one], self._edited[other]) for one, other in left]

    def _told(self, pair: _Numbers) -> _Told:
        return _told_of(*(self._edited[number] for number in pair))

    def _both(self, one: int, other: int) -> str | None:
        """Returns the definition with the edits of two in it; None if they overlap, as those of two forms do."""
        return with_edits_of_both(self._definition, self._edited[one].found, self._edited[other].found)


def _told_of(*loaded: Loaded) -> _Told:
    return tuple(one.mutant for one in loaded if one.mutant is not None)


def _in_common(pairs: list[_Told]) -> tuple[Mutant, ...]:
    """Returns what stands in every pair, in the order of the file. Several forms of a mutant are one."""
    names = [{mutant.name for mutant in pair} for pair in pairs]
    return tuple(mutant for mutant in pairs[0] if all(mutant.name in found for found in names)) if pairs else ()
