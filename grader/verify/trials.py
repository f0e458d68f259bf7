"""The trials of an assignment: every submission that a suite must prove itself on. Pure: course in, texts out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from grader.course import Course
from grader.errors import CourseError
from grader.models import Assignment, Feedback, Task
from grader.mutants import StandIn, stand_in_submission, stand_ins
from grader.stubs import stub_source

__all__ = ["IMPOSTORS", "SPIES", "Trial", "TrialKind", "plan_trials"]

IMPOSTORS = ("none", "input", "zeros", "ones", "random numbers")
SPIES = ("spy by an exception", "spy by the name of an exception", "spy by the name of a class", "spy by a result")
_SEEDS_A_VARIANT = 2


class TrialKind(str, Enum):
    """What is tried, in the order in which it is done: what is quick to tell comes first."""

    REFERENCE = "reference"
    STUB = "stub"
    IMPOSTOR = "impostor"
    SPY = "spy"
    VARIANT = "variant"
    MUTANT = "mutant"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One submission to judge.

    Attributes:
        name: of the impostor, spy, variant or mutant.
        task: that a variant or mutant stands in for.
        tasks: that are judged.
    """

    kind: TrialKind
    name: str
    source: str
    seed: int
    tasks: tuple[Task, ...]
    task: str | None = None


def plan_trials(course: Course, assignment: Assignment, seeds: int) -> list[Trial]:
    """Returns all trials of an assignment.

    The reference is tried under every seed, spies and mutants under two: what a student reads of a hidden test must
    not depend on the seed. The second time a mutant is judged in its own task only.

    Raises:
        CourseError: if the solution, the mutants or the variants do not read.
    """
    path = course.solution(assignment)
    if not path.is_file():
        raise CourseError(f"`{path}` is missing: nothing can be proved without a reference.")
    reference = path.read_text(encoding="utf-8")
    return [
        *_of(assignment, TrialKind.REFERENCE, "reference", reference, range(seeds)),
        *_of(assignment, TrialKind.STUB, "stub", stub_source(reference), range(1)),
        *_of_impostors(assignment, reference),
        *_of_variants(assignment, reference, stand_ins(course, assignment, "variant")),
        *_of_mutants(assignment, reference, stand_ins(course, assignment, "mutant")),
    ]


def _of(assignment: Assignment, kind: TrialKind, name: str, source: str, seeds: range) -> list[Trial]:
    return [Trial(kind=kind, name=name, source=source, seed=seed, tasks=assignment.tasks) for seed in seeds]


def _of_impostors(assignment: Assignment, reference: str) -> Iterator[Trial]:
    spies = [name for name in SPIES if assignment.feedback is Feedback.TERSE or name != SPIES[0]]
    for names, kind, seeds in ((IMPOSTORS, TrialKind.IMPOSTOR, range(1)), (spies, TrialKind.SPY, range(2))):
        for name in names:
            yield from _of(assignment, kind, name, _disguised(assignment, reference, name), seeds)


def _disguised(assignment: Assignment, reference: str, kind: str) -> str:
    disguise = Path(__file__).with_name("disguise.py").read_text(encoding="utf-8")
    tasks = [task.name for task in assignment.tasks]
    return f"{reference}\n\n{disguise}\n\ndisguise(globals(), {tasks!r}, {kind!r})\n"


def _of_variants(assignment: Assignment, reference: str, variants: list[StandIn]) -> Iterator[Trial]:
    for number, variant in enumerate(variants):
        for turn in range(_SEEDS_A_VARIANT):
            yield _stand_in(assignment, reference, variant, TrialKind.VARIANT, 2 * number + turn, assignment.tasks)


def _of_mutants(assignment: Assignment, reference: str, mutants: list[StandIn]) -> Iterator[Trial]:
    for number, mutant in enumerate(mutants):
        own = (assignment.task(mutant.task),)
        for turn, tasks in enumerate((assignment.tasks, own)):
            yield _stand_in(assignment, reference, mutant, TrialKind.MUTANT, 2 * number + turn, tasks)


def _stand_in(
    assignment: Assignment, reference: str, found: StandIn, kind: TrialKind, seed: int, tasks: tuple[Task, ...]
) -> Trial:
    source = stand_in_submission(reference, found)
    return Trial(kind=kind, name=found.name, source=source, seed=seed, tasks=tasks, task=found.task)
