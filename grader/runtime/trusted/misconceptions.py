"""Names the misconception behind a wrong answer: finds the mutant, or the two, that answer as the submission did.

Runs on the trusted side after the last test. A name that would be a guess is not given.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from grader.models import Mutant, Suite
from grader.runtime.trusted.edits import definition_of, read_edits
from grader.runtime.trusted.modules import ModuleMaker
from grader.runtime.trusted.pairs import Loaded, Pairs
from grader.runtime.trusted.stand_ins import StandIn, read_stand_ins
from grader.runtime.trusted.time_box import time_box
from grader.runtime.trusted.transcripts import Likeness, Transcript, likeness_of, told_of

__all__ = ["Mutants", "find_mutants"]

_BUDGET_S = 2.0


class Mutants:
    """The mutants of a suite and its styles, each made into a module when it is first needed.

    One that does not load is passed over here; `learn verify` complains of it.
    """

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._of_task: dict[str, list[Loaded]] = {}
        self._pairs: dict[str, Pairs] = {}

    def prepare(self) -> None:
        """Loads all of them, so that no submission has to wait for it."""
        for task in self._suite.mutants.keys() | self._suite.edits.keys():
            self.of_task(task)
        for task in self._suite.edits:
            self.pairs_of(task)

    def of_task(self, task: str) -> list[Loaded]:
        """Returns those of a task."""
        if task not in self._of_task:
            self._of_task[task] = list(self._load(task))
        return self._of_task[task]

    def pairs_of(self, task: str) -> Pairs:
        """Returns the pairs of those that are edits."""
        if task not in self._pairs:
            edited = [one for one in self.of_task(task) if one.found.edits]
            self._pairs[task] = Pairs(self._suite.reference, task, edited)
        return self._pairs[task]

    def _load(self, task: str) -> Iterator[Loaded]:
        with contextlib.suppress(ValueError, SyntaxError):
            maker = ModuleMaker(self._suite.reference, task)
            for found in _stand_ins(self._suite, task):
                with contextlib.suppress(Exception):
                    yield Loaded(_mutant(found), found, maker.make(found.name, found.source))


def _stand_ins(suite: Suite, task: str) -> Iterator[StandIn]:
    """Yields a task's mutants. What does not read costs its own file only."""
    if task in suite.edits:
        with contextlib.suppress(ValueError):
            yield from read_edits(suite.edits[task], task, definition_of(suite.reference, task))
    if task in suite.mutants:
        yield from read_stand_ins(suite.mutants[task], task, "mutant")


def _mutant(found: StandIn) -> Mutant | None:
    return None if found.misconception is None else Mutant(name=found.name, misconception=found.misconception)


def find_mutants(mutants: Mutants, transcripts: Sequence[Transcript], task: str, device: str) -> tuple[Mutant, ...]:
    """Returns the mutant that gives a task's answers; where none does, the two that give them together.

    One that gives them only together with a style counts as the mutant alone.

    A mutant is told apart by all that the task's tests asked, those that passed included: where the submission was
    right, the mutant must be so too. Of several that the suite cannot tell apart, one that agrees bit for bit counts.
    Where more than one explains the answers, none is returned; of pairs, what they have in common.

    Args:
        transcripts: of the job's tests; those of other tasks are passed over.
        device: where the submission's tensors were.
    """
    told = told_of(transcripts, task, device)
    if not told:
        return ()
    with time_box(_BUDGET_S) as box:
        loaded = mutants.of_task(task)
        found = [(one.mutant, likeness_of(one.module, told, device)) for one in loaded if one.mutant is not None]
        box.check()  # one that was cut short differs, and would make another the only one
        if any(likeness for _, likeness in found):
            return _only_one(found)
    return () if box.is_over else mutants.pairs_of(task).find(told, device)


def _only_one(found: list[tuple[Mutant, Likeness]]) -> tuple[Mutant, ...]:
    """Several forms of a mutant are one."""
    exact = {mutant.name: mutant for mutant, likeness in found if likeness is Likeness.EXACT}
    alike = exact or {mutant.name: mutant for mutant, likeness in found if likeness}
    return tuple(alike.values()) if len(alike) == 1 else ()
