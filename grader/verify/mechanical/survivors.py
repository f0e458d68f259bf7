"""What mechanical mutants prove of a suite, and whether the list of the equivalent ones is true."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator

from grader.course.course import Course
from grader.models import Assignment
from grader.verify.mechanical.equivalents import FILE_NAME, Equivalent, block_of, listed_equivalents
from grader.verify.mechanical.mutants import mechanical_mutants
from grader.verify.trials import TrialKind
from grader.verify.verdicts import Complaint, Outcome, subject_of

__all__ = ["complaints_about_mechanical"]

_LIST = f"mutants/{FILE_NAME}"


def complaints_about_mechanical(course: Course, assignment: Assignment, outcomes: list[Outcome]) -> Iterator[Complaint]:
    """Yields the survivors that are not listed, and the entries of the list that are not true.

    Raises:
        CourseError: if the list does not read.
    """
    tried = [outcome for outcome in outcomes if outcome.trial.kind is TrialKind.MECHANICAL and outcome.tasks]
    yield from _of_survivors(tried)
    tasks = {task.name for outcome in outcomes[:1] for task in outcome.trial.tasks}
    entries = [entry for entry in listed_equivalents(course, assignment) if entry.task in tasks]
    yield from _of_entries_not_made(course.solution(assignment).read_text(encoding="utf-8"), entries)
    yield from _of_entries_caught(tried, entries)


def _of_survivors(tried: list[Outcome]) -> Iterator[Complaint]:
    for outcome in tried:
        mutant = outcome.trial.mechanical
        if mutant is None or outcome.trial.is_listed or mutant.task in outcome.lost:
            continue
        message = (
            f"survives: every test passes (seed {outcome.trial.seed}). Add one that needs what was changed; or, if "
            f"none can tell, say why in `{_LIST}`:\n{block_of(*mutant.key)}"
        )
        yield Complaint(check="mechanical", subject=subject_of(outcome.trial), message=message)


def _of_entries_not_made(reference: str, entries: list[Equivalent]) -> Iterator[Complaint]:
    made = {task: mechanical_mutants(reference, task) for task in {entry.task for entry in entries}}
    for entry in entries:
        keys = {mutant.key for mutant in made[entry.task]}
        if entry.key not in keys:
            yield _about(entry, f"which is not made of the reference any more.{_near(entry, keys)}")


def _near(entry: Equivalent, keys: set[tuple[str, str, str]]) -> str:
    """Names the statement that was probably meant, after a space."""
    statements = sorted({before for _, before, _ in keys})
    if entry.before in statements:
        changes = [after for _, before, after in sorted(keys) if before == entry.before]
        close = difflib.get_close_matches(entry.after, changes, 1, 0.0)
        return f" The nearest change of this statement is to `{close[0]}`." if close else ""
    close = difflib.get_close_matches(entry.before, statements, 1, 0.4)
    return f" The nearest statement is `{close[0]}`." if close else " Take it out of the list."


def _of_entries_caught(tried: list[Outcome], entries: list[Equivalent]) -> Iterator[Complaint]:
    """An entry is true as long as one of the places that it fits survives."""
    found: dict[tuple[str, str, str], list[Outcome]] = defaultdict(list)
    for outcome in tried:
        if outcome.trial.mechanical is not None:
            found[outcome.trial.mechanical.key].append(outcome)
    for entry in entries:
        outcomes = found[entry.key]
        if outcomes and all(entry.task in outcome.lost for outcome in outcomes):
            tests = outcomes[0].lost[entry.task].tests
            names = [f"`{test.test}`" for test in tests if not test.score][:3]
            yield _about(
                entry, f"which is caught by {', '.join(names)}: it is not equivalent. Take it out of the list."
            )


def _about(entry: Equivalent, said: str) -> Complaint:
    change = f"`{entry.before}` becoming `{entry.after}`" if entry.after else f"`{entry.before}` dropped"
    return Complaint(check="equivalent", subject=_LIST, message=f"lists for `{entry.task}` {change}, {said}")
