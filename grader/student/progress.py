"""A student's local progress: `<course>/.gradus/progress.json`, never part of what is handed in or graded."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from grader.course.course import Course
from grader.errors import UserError
from grader.files.writing import write_atomically
from grader.models import Assignment, Report

__all__ = [
    "AssignmentProgress",
    "Mark",
    "Progress",
    "TaskProgress",
    "load_progress",
    "progress_path",
    "save_progress",
    "with_hint_shown",
    "with_report",
]

_FORMAT_VERSION = 1


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    score: float
    max_score: float

    @property
    def is_full(self) -> bool:
        return self.max_score > 0 and self.score == self.max_score


class TaskProgress(msgspec.Struct, frozen=True, kw_only=True):
    best: Mark | None = None
    hints_shown: int = 0


class AssignmentProgress(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one assignment.

    Attributes:
        attempts: checks that were graded, those of single tasks included.
        best: of the checks of all tasks.
        last: of the latest check of all tasks.
        checked_at: when the latest check of any kind was, in UTC.
    """

    attempts: int = 0
    best: Mark | None = None
    last: Mark | None = None
    checked_at: datetime | None = None
    tasks: dict[str, TaskProgress] = {}

    @property
    def hints_shown(self) -> int:
        return sum(task.hints_shown for task in self.tasks.values())

    def task(self, name: str) -> TaskProgress:
        return self.tasks.get(name, TaskProgress())


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    format_version: int = _FORMAT_VERSION
    assignments: dict[str, AssignmentProgress] = {}

    def assignment(self, slug: str) -> AssignmentProgress:
        return self.assignments.get(slug, AssignmentProgress())


def progress_path(course: Course) -> Path:
    return course.root / ".gradus" / "progress.json"


def load_progress(course: Course) -> Progress:
    """Returns what is known so far; nothing yet when there is no file.

    Raises:
        UserError: if the file does not read. It stays as it is.
    """
    path = progress_path(course)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Progress()
    except OSError as error:
        raise UserError(f"`{path}` cannot be read: {error.strerror}.") from error
    try:
        progress = msgspec.json.decode(content, type=Progress)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UserError(_unreadable(path, str(error))) from error
    if progress.format_version != _FORMAT_VERSION:
        raise UserError(_unreadable(path, f"it has format_version {progress.format_version}, not {_FORMAT_VERSION}"))
    return progress


def save_progress(course: Course, progress: Progress) -> None:
    """Replaces the progress file in one step.

    Raises:
        UserError: if it cannot be written.
    """
    path = progress_path(course)
    content = msgspec.json.format(msgspec.json.encode(progress), indent=2) + b"\n"
    try:
        write_atomically(path, content)
    except OSError as error:
        raise UserError(f"`{path}` cannot be written: {error.strerror}. Your progress was not saved.") from error


def with_report(progress: Progress, assignment: Assignment, report: Report, now: datetime) -> Progress:
    """Returns the progress with one more check; one that was not graded changes nothing.

    The assignment's best and last marks come from checks of all its tasks only, each task's best from every check.
    """
    if not report.graded or report.score is None:
        return progress
    before = progress.assignment(assignment.slug)
    tasks = dict(before.tasks)
    for task in report.tasks:
        known = before.task(task.task)
        mark = Mark(score=task.score, max_score=task.max_score)
        tasks[task.task] = msgspec.structs.replace(known, best=_better(known.best, mark))
    after = msgspec.structs.replace(before, attempts=before.attempts + 1, checked_at=now, tasks=tasks)
    if {task.task for task in report.tasks} == {task.name for task in assignment.tasks}:
        mark = Mark(score=report.score, max_score=report.max_score)
        after = msgspec.structs.replace(after, best=_better(before.best, mark), last=mark)
    return _with(progress, assignment.slug, after)


def with_hint_shown(progress: Progress, slug: str, task: str, count: int) -> Progress:
    """Returns the progress with `count` hints of a task shown."""
    before = progress.assignment(slug)
    shown = msgspec.structs.replace(before.task(task), hints_shown=count)
    return _with(progress, slug, msgspec.structs.replace(before, tasks={**before.tasks, task: shown}))


def _with(progress: Progress, slug: str, assignment: AssignmentProgress) -> Progress:
    return msgspec.structs.replace(progress, assignments={**progress.assignments, slug: assignment})


def _better(best: Mark | None, mark: Mark) -> Mark:
    if best is None:
        return mark
    return max(best, mark, key=lambda known: (known.is_full, known.score))  # the earlier one of two equal ones


def _unreadable(path: Path, reason: str) -> str:
    return (
        f"`{path}` does not read: {reason}. Mend it, or start afresh and keep the old file with `mv {path} {path}.old`."
    )
