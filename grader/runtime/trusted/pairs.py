"""Finds the two mistakes that a wrong submission makes at once: pairs of a task's mutants that are edits.

Nobody has proved a pair, as `learn verify` proves each mutant. So its code has a time box, and a module in which
nothing else has run; and what pairs show is told only when all of them were heard.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.models import Mutant
from grader.runtime.trusted.edits import definition_of, with_edits_of_both
from grader.runtime.trusted.modules import ModuleMaker
from grader.runtime.trusted.stand_ins import StandIn
from grader.runtime.trusted.time_box import TimeBox, can_limit_time, time_box
from grader.runtime.trusted.transcripts import Likeness, Told, likeness_of
from grader.runtime.wire.settings import Settings

__all__ = ["Pairs", "Single"]

_BUDGET_S = 0.5
_Pair = tuple[Mutant, Mutant]


class Single(NamedTuple):
    """One form of a mutant that is edits, as it is told and as it was read."""

    mutant: Mutant
    edited: StandIn


class Pairs:
    """The pairs of one task's mutants.

    Args:
        reference: the text of the reference solution.
        singles: the task's mutants that are edits and that run.
    """

    def __init__(self, reference: str, task: str, singles: Sequence[Single]) -> None:
        self._singles = singles
        self._definition = definition_of(reference, task) if singles else ""
        self._maker = ModuleMaker(reference, task) if singles else None

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

    def _alike(self, maker: ModuleMaker, told: list[Told], device: str, box: TimeBox) -> list[_Pair]:
        """Returns the pairs that answer bit for bit the same; where there are none, those that come close."""
        found: dict[Likeness, list[_Pair]] = {likeness: [] for likeness in Likeness}
        settings, module = Settings(), maker.make("pairs", "")
        for pair, source in self._sources():
            with contextlib.suppress(Exception):  # what does not run gives no answers
                maker.fill(module, source)
                found[likeness_of(module, told, device, settings)].append(pair)
            box.check()
        return found[Likeness.EXACT] or found[Likeness.CLOSE]

    def _sources(self) -> Iterator[tuple[_Pair, str]]:
        for one, other in itertools.combinations(self._singles, 2):
            source = with_edits_of_both(self._definition, one.edited, other.edited)
            if source is not None:  # never of two forms of one mutant, whose edits are in the same places
                yield (one.mutant, other.mutant), source


def _in_common(pairs: list[_Pair]) -> tuple[Mutant, ...]:
    """Returns what stands in every pair, in the order of the file. Several forms of a mutant are one."""
    names = [{mutant.name for mutant in pair} for pair in pairs]
    return tuple(mutant for mutant in pairs[0] if all(mutant.name in found for found in names)) if pairs else ()
