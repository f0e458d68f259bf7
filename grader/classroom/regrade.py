"""Judges a class anew after a suite was mended, and says whose score changes, before anything does."""

from __future__ import annotations

from dataclasses import dataclass

from grader.classroom.batch import Done, OnDone, judge_and_keep, judge_only
from grader.classroom.store.records import AttemptRecord, JudgingKey
from grader.classroom.store.store import Store
from grader.classroom.work import BatchOptions, Planner, Work
from grader.course.course import Course
from grader.models import Report, Value

__all__ = ["Change", "Regrading", "Stale", "find_stale", "regrade"]


@dataclass(frozen=True, kw_only=True)
class Stale:
    """A graded attempt whose suite was changed since.

    Attributes:
        work: to judge it again, under the seed that it had: then only the suite makes a difference.
    """

    attempt: AttemptRecord
    before: Report
    work: Work


class Change(Value, frozen=True, kw_only=True):
    """What the present suite makes of an attempt.

    Attributes:
        after: None if it could not be judged, which is ours; the score before still counts then.
    """

    student: str
    assignment: str
    attempt: int
    before: float
    after: float | None
    max_score: float


class Regrading(Value, frozen=True, kw_only=True):
    """What `learn regrade --json` prints: every attempt that was judged anew, sorted by student and assignment."""

    format_version: int = 1
    is_dry_run: bool
    changes: tuple[Change, ...]

    @property
    def up(self) -> list[Change]:
        return [change for change in self.changes if change.after is not None and change.after > change.before]

    @property
    def down(self) -> list[Change]:
        return [change for change in self.changes if change.after is not None and change.after < change.before]

    @property
    def failed(self) -> list[Change]:
        return [change for change in self.changes if change.after is None]


def find_stale(course: Course, store: Store, slugs: list[str], options: BatchOptions) -> list[Stale]:
    """Returns the attempts whose grading is of another suite, or other points or limits, than the present ones.

    Raises:
        UserError: if an assignment does not read or the store fails.
    """
    planner = Planner(course, options)
    found = []
    for attempt in store.journal.attempts():
        report = attempt.report
        if attempt.assignment not in slugs or report is None or not report.graded or not attempt.submission_sha256:
            continue
        if planner.suite_sha256(attempt.assignment) != report.suite_sha256:
            submission = store.journal.source(attempt.submission_sha256)
            work = planner.work(attempt.student, attempt.assignment, submission, report.seed)
            found.append(Stale(attempt=attempt, before=report, work=work))
    return found


def regrade(
    store: Store,
    stale: list[Stale],
    options: BatchOptions,
    *,
    is_dry_run: bool,
    on_done: OnDone = lambda done: None,
) -> Regrading:
    """Judges stale attempts by the present suites.

    Args:
        is_dry_run: keep nothing.
        on_done: is told of each submission that was judged.

    Raises:
        EngineMissingError: if there is no such sandbox on this machine.
        UserError: if the store fails.
    """
    judged: dict[JudgingKey, Report] = {}

    def note(done: Done) -> None:
        if done.report is not None:
            judged[done.work.key] = done.report
        on_done(done)

    work = list({one.work.key: one.work for one in stale}.values())
    if is_dry_run:
        judge_only(work, options, on_done=note)
    else:
        judged |= _judged_before(store, work)
        judge_and_keep(store, [one for one in work if one.key not in judged], options, on_done=note, action="regrade")
    changes = tuple(_change(one, judged.get(one.work.key)) for one in stale)
    return Regrading(is_dry_run=is_dry_run, changes=changes)


def _judged_before(store: Store, work: list[Work]) -> dict[JudgingKey, Report]:
    """Puts in force what the present suites judged before another one did, and returns it."""
    reports = {one.key: store.journal.report(one.key) for one in work}
    found = {key: report for key, report in reports.items() if report is not None}
    store.journal.put_in_force(found)
    return found


def _change(stale: Stale, report: Report | None) -> Change:
    return Change(
        student=stale.attempt.student,
        assignment=stale.attempt.assignment,
        attempt=stale.attempt.number,
        before=stale.before.score or 0.0,
        after=report.score if report is not None else None,
        max_score=stale.work.request.assignment.max_score,
    )
