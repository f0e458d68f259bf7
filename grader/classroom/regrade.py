"""Judges a class anew after a suite was mended, and says whose score changes, before anything does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from grader.classroom.store.queue import Scope
from grader.classroom.store.records import AttemptRecord, JudgingKey, Pending
from grader.classroom.store.store import Store
from grader.classroom.work import BatchOptions, Planner, let_wait
from grader.course.course import Course
from grader.engine.dry import DryRun
from grader.engine.engine import work_through
from grader.engine.local import work_off
from grader.models import Job, Report, Value

__all__ = ["Change", "Regrading", "Stale", "StaleClass", "find_stale", "regrade"]

_AFTER_GRADING = 1  # somebody may be waiting for a first result


@dataclass(frozen=True, kw_only=True)
class Stale:
    """A graded attempt whose suite was changed since.

    Attributes:
        pending: to judge it again, under the seed that it had: then only the suite makes a difference.
    """

    attempt: AttemptRecord
    before: Report
    pending: Pending
    max_score: float


@dataclass(frozen=True, kw_only=True)
class StaleClass:
    """What is to be judged anew, and all that judges it.

    Attributes:
        plans: by the hash of their suites, the jobs without a submission.
    """

    attempts: tuple[Stale, ...]
    plans: dict[str, Job]
    scope: Scope


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


def find_stale(course: Course, store: Store, slugs: list[str], options: BatchOptions) -> StaleClass:
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
        plan = planner.plan(attempt.assignment)
        if plan.suite.sha256 != report.suite_sha256:
            pending = planner.pending(
                attempt.student,
                attempt.assignment,
                attempt.submission_sha256,
                report.seed,
                action="regrade",
                priority=_AFTER_GRADING,
            )
            max_score = sum(task.points for task in plan.tasks)
            found.append(Stale(attempt=attempt, before=report, pending=pending, max_score=max_score))
    return StaleClass(attempts=tuple(found), plans=planner.plans(slugs), scope=planner.scope(slugs))


def regrade(
    store: Store,
    stale: StaleClass,
    options: BatchOptions,
    *,
    is_dry_run: bool,
    on_look: Callable[[int], None] = lambda waiting: None,
    on_notice: Callable[[str], None] = lambda text: None,
) -> Regrading:
    """Judges stale attempts by the present suites.

    Args:
        is_dry_run: keep nothing.
        on_look: is told now and then how many submissions are not done yet.
        on_notice: is told of machines that take no work, and of workers that were lost.

    Raises:
        EngineMissingError: if there is no such sandbox on this machine.
        UserError: if the store fails.
    """
    wanted = {one.pending.key: one.pending for one in stale.attempts}
    judge = _try_out if is_dry_run else partial(_judge_anew, on_notice=on_notice)
    judged = judge(store, wanted, stale, options, on_look) if wanted else {}
    changes = tuple(_change(one, judged.get(one.pending.key)) for one in stale.attempts)
    return Regrading(is_dry_run=is_dry_run, changes=changes)


def _try_out(
    store: Store,
    wanted: dict[JudgingKey, Pending],
    stale: StaleClass,
    options: BatchOptions,
    on_look: Callable[[int], None],
) -> dict[JudgingKey, Report]:
    dry = DryRun(store.journal, wanted.values(), stale.plans)
    work_off(dry, stale.scope, options, on_look=on_look)
    return dry.reports


def _judge_anew(
    store: Store,
    wanted: dict[JudgingKey, Pending],
    stale: StaleClass,
    options: BatchOptions,
    on_look: Callable[[int], None],
    *,
    on_notice: Callable[[str], None],
) -> dict[JudgingKey, Report]:
    """What the present suites judged before another one did is put in force, the rest judged; returns all of it."""
    if let_wait(store, wanted, stale.plans, stale.scope):
        work_through(store, stale.scope, options, on_look=on_look, on_notice=on_notice)
    found = {key: store.journal.report(key) for key in wanted}
    return {key: report for key, report in found.items() if report is not None}


def _change(stale: Stale, report: Report | None) -> Change:
    return Change(
        student=stale.attempt.student,
        assignment=stale.attempt.assignment,
        attempt=stale.attempt.number,
        before=stale.before.score or 0.0,
        after=report.score if report is not None else None,
        max_score=stale.max_score,
    )
