"""Repeats a grading from what the store kept of it: the same suite, submission and seed, in a sandbox of its own."""

from __future__ import annotations

import msgspec

from grader.classroom.store.store import Store
from grader.course.course import Course
from grader.course.roster import normal_id
from grader.errors import UserError
from grader.models import Answer, Report, TaskReport, Value
from grader.pipeline import score
from grader.sandbox import factory

__all__ = ["Detail", "Replay", "replay"]


class Detail(Value, frozen=True, kw_only=True):
    """What only an instructor may read of a test: inputs, answers, expected values, what was printed meanwhile."""

    test: str
    details: str


class Replay(Value, frozen=True, kw_only=True):
    """What `learn replay --json` prints.

    Attributes:
        differences: the tests whose results are not what the report says; none if it was repeated bit for bit.
        details: of the tests that have any, as they came this time.
    """

    format_version: int = 1
    report: Report
    differences: tuple[str, ...]
    details: tuple[Detail, ...]


def replay(
    course: Course, store: Store, student: str, slug: str, *, number: int | None = None, sandbox: str = "docker"
) -> Replay:
    """Judges an attempt once more, as it was judged.

    Args:
        number: of the attempt; by default the last one that was graded.

    Raises:
        UserError: if there is no such attempt, or the store does not have what it was judged with.
        SandboxError: if no sandbox could judge it.
        EngineFailedError: if the suite or the engine failed this time.
    """
    assignment = course.assignment(slug)
    report = _graded_report(store, student, assignment.slug, number)
    job = msgspec.structs.replace(store.journal.job(report), explains=True)
    with factory.make_pool(sandbox, job.limits, job.device) as pool:
        answer = pool.grade(job)
    tasks = score(job, answer, report.language)
    return Replay(report=report, differences=_differences(report.tasks, tasks), details=_details(answer))


def _graded_report(store: Store, student: str, slug: str, number: int | None) -> Report:
    wanted = normal_id(student), slug
    attempts = [one for one in store.journal.attempts() if (one.student, one.assignment) == wanted]
    graded = {one.number: one.report for one in attempts if one.report is not None and one.report.graded}
    if number is None and graded:
        number = max(graded)
    report = graded.get(number) if number is not None else None
    if report is None:
        numbers = f" Graded are the attempts {', '.join(map(str, graded))}." if graded else ""
        what = "has no graded attempt" if number is None else f"has no graded attempt {number}"
        raise UserError(f"`{student}` {what} at `{slug}`.{numbers} `learn report` shows who handed in what.")
    return report


def _differences(before: tuple[TaskReport, ...], after: tuple[TaskReport, ...]) -> tuple[str, ...]:
    """Returns the tasks and tests that came out otherwise: verdicts, points, messages or misconceptions."""
    ours, theirs = ({task.task: task for task in tasks} for tasks in (before, after))
    different = [
        name for name in {**ours, **theirs} if _without_tests(ours.get(name)) != _without_tests(theirs.get(name))
    ]
    tests_before, tests_after = (
        {test.test: test for task in tasks for test in task.tests} for tasks in (before, after)
    )
    both = {**tests_before, **tests_after}
    return (*different, *(name for name in both if tests_before.get(name) != tests_after.get(name)))


def _without_tests(task: TaskReport | None) -> TaskReport | None:
    return None if task is None else msgspec.structs.replace(task, tests=())


def _details(answer: Answer) -> tuple[Detail, ...]:
    return tuple(Detail(test=one.test, details=one.details) for one in answer.results if one.details)
