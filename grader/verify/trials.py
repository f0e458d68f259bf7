"""The trials of an assignment: every submission that a suite must prove itself on. Pure: course in, texts out."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from grader.course.course import Course
from grader.course.stubs import stub_source
from grader.errors import CourseError
from grader.models import Assignment, Feedback, Task
from grader.suite.mutants import StandIn, stand_in_submission, stand_ins, styles
from grader.verify.mechanical.drawing import drawn_mutants
from grader.verify.mechanical.equivalents import listed_equivalents
from grader.verify.mechanical.mutants import MechanicalMutant, mechanical_mutants

__all__ = ["IMPOSTORS", "SPIES", "Trial", "TrialKind", "plan_trials"]

IMPOSTORS = ("none", "input", "zeros", "ones", "random numbers")
SPIES = ("spy by an exception", "spy by the name of an exception", "spy by the name of a class", "spy by a result")
_MUTANTS_TRIED_TWICE = 3


class TrialKind(StrEnum):
    """What is tried, in the order in which it is done: what is quick to tell comes first."""

    REFERENCE = "reference"
    STUB = "stub"
    IMPOSTOR = "impostor"
    SPY = "spy"
    VARIANT = "variant"
    MUTANT = "mutant"
    MECHANICAL = "mechanical"
    BREACH = "breach"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One submission to judge.

    Attributes:
        name: of the impostor, spy, variant, mutant or promise that is broken.
        label: the same, with the form of a mutant that has several, or with what is promised something of.
        subject: what is promised something of: an argument, `result` or `call`.
        task: that a variant, mutant or breach stands in for.
        definition: the text in the place of the task's own, of one that can be judged together with others.
        postscript: the text behind the reference, likewise.
        question: the source of a submission that loses points if this one, a breach, differs from the reference at all.
        tasks: that are judged.
        mechanical: the change that is tried, if it is a mechanical one.
        is_listed: whether its author lists it as equivalent.
    """

    kind: TrialKind
    name: str
    source: str
    seed: int
    tasks: tuple[Task, ...]
    task: str | None = None
    label: str = ""
    mechanical: MechanicalMutant | None = None
    is_listed: bool = False
    subject: str = ""
    definition: str = ""
    postscript: str = ""
    question: str | None = None

    @property
    def records_uses(self) -> bool:
        """Whether what the tests ask is written down too: once, of the reference."""
        return self.kind is TrialKind.REFERENCE and self.seed == 0


def plan_trials(
    course: Course, assignment: Assignment, tasks: tuple[Task, ...], seeds: int, *, is_mechanical: bool = False
) -> list[Trial]:
    """Returns all trials of some tasks of an assignment.

    The reference is tried under every seed; spies, variants and some mutants under two: with terse feedback, what a
    student reads of a hidden test must not depend on the seed.

    Args:
        is_mechanical: whether to try every mechanical mutant; otherwise a few of each task are drawn.

    Raises:
        CourseError: if the solution, the mutants, the variants or the list of equivalent mutants do not read.
    """
    path = course.solution(assignment)
    if not path.is_file():
        raise CourseError(f"`{path}` is missing: nothing can be proved without a reference.")
    reference = path.read_text(encoding="utf-8")
    right = [*stand_ins(course, assignment, "variant"), *styles(course, assignment)]
    return [
        *_of(tasks, TrialKind.REFERENCE, "reference", reference, range(seeds)),
        *_of(tasks, TrialKind.STUB, "stub", stub_source(reference), range(1)),
        *_of_impostors(assignment, tasks, reference),
        *_of_stand_ins(tasks, reference, TrialKind.VARIANT, right),
        *_of_stand_ins(tasks, reference, TrialKind.MUTANT, stand_ins(course, assignment, "mutant")),
        *_of_mechanical(course, assignment, tasks, reference, draws_all=is_mechanical),
    ]


def _of(tasks: tuple[Task, ...], kind: TrialKind, name: str, source: str, seeds: range) -> list[Trial]:
    return [Trial(kind=kind, name=name, source=source, seed=seed, tasks=tasks) for seed in seeds]


def _of_impostors(assignment: Assignment, tasks: tuple[Task, ...], reference: str) -> Iterator[Trial]:
    spies = SPIES if assignment.feedback is Feedback.TERSE else ()  # full feedback shows what they carry out
    for names, kind, seeds in ((IMPOSTORS, TrialKind.IMPOSTOR, range(1)), (spies, TrialKind.SPY, range(2))):
        for name in names:
            yield from _of(tasks, kind, name, _disguised(tasks, reference, name), seeds)


def _disguised(tasks: tuple[Task, ...], reference: str, kind: str) -> str:
    disguise = Path(__file__).with_name("disguise.py").read_text(encoding="utf-8")
    return f"{reference}\n\n{disguise}\n\ndisguise(globals(), {[task.name for task in tasks]!r}, {kind!r})\n"


def _of_stand_ins(tasks: tuple[Task, ...], reference: str, kind: TrialKind, found: list[StandIn]) -> Iterator[Trial]:
    """Judges each stand-in of a task under a seed of its own, in the tasks on which it can have an effect.

    The first of each task is judged in all of them: a suite too can make one task depend on another. Every variant, and
    the first mutants of each task, are judged under a second seed.
    """
    concerned = {task.name: _concerned_by(task, tasks, reference) for task in tasks}
    tried: Counter[str] = Counter()
    for stand_in in found:
        if stand_in.task in concerned:
            number = tried[stand_in.task]
            judged = concerned[stand_in.task] if number else tasks
            has_two = kind is TrialKind.VARIANT or number < _MUTANTS_TRIED_TWICE
            tried[stand_in.task] += 1
            for seed in (number, len(found) + number) if has_two else (number,):
                yield _stand_in(judged, reference, stand_in, kind, seed)


def _concerned_by(task: Task, tasks: tuple[Task, ...], reference: str) -> tuple[Task, ...]:
    """Returns the task alone if nothing else in the reference names it, and all of them otherwise.

    Each task has a process of its own. Where the rest of the file does not name the task that was replaced, the other
    tasks run the reference's own text and cannot fare otherwise than the reference does.
    """
    others = [node for node in ast.parse(reference).body if getattr(node, "name", None) != task.name]
    names = {node.id for other in others for node in ast.walk(other) if isinstance(node, ast.Name)}
    return tasks if task.name in names else (task,)


def _stand_in(tasks: tuple[Task, ...], reference: str, found: StandIn, kind: TrialKind, seed: int) -> Trial:
    return Trial(
        kind=kind,
        name=found.name,
        source=stand_in_submission(reference, found),
        seed=seed,
        tasks=tasks,
        task=found.task,
        label=found.label,
        definition=found.source,
    )


def _of_mechanical(
    course: Course, assignment: Assignment, tasks: tuple[Task, ...], reference: str, *, draws_all: bool
) -> Iterator[Trial]:
    listed = {entry.key for entry in listed_equivalents(course, assignment)}
    sha256 = course.suite(assignment).sha256
    for task in tasks:
        judged = _concerned_by(task, tasks, reference)
        for drawn in drawn_mutants(mechanical_mutants(reference, task.name), listed, sha256, draws_all=draws_all):
            mutant = drawn.mutant
            yield Trial(
                kind=TrialKind.MECHANICAL,
                name=f"line {mutant.line}: {mutant.after or 'dropped'}",
                source=mutant.source,
                seed=drawn.seed,
                tasks=judged,
                task=task.name,
                mechanical=mutant,
                is_listed=drawn.is_listed,
            )
