"""One student's check of their own exercise: which file, which tasks, and what becomes of the progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from grader.course.course import Course, tasks_named
from grader.errors import UserError
from grader.models import Assignment, Feedback, Report, Task
from grader.pipeline import Request, grade, new_seed
from grader.sandbox import factory
from grader.sandbox.pool import Pool
from grader.student.progress import Progress, load_progress, save_progress, with_report

__all__ = ["Attempt", "Checked", "check_once", "grade_attempt", "open_pool", "plan_attempt"]


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What is to be checked, and how.

    Attributes:
        path: the student's file.
        tasks: in the order of the assignment.
        sandbox: `process` or `docker`.
        seed: of the random inputs; None draws a new one for every check.
        device: `cpu` or `cuda`.
        language: of the feedback.
    """

    course: Course
    assignment: Assignment
    path: Path
    tasks: tuple[Task, ...]
    sandbox: str
    seed: int | None
    device: str
    language: str

    @property
    def is_own_exercise(self) -> bool:
        """Whether the file is the course's own exercise, the only one that counts for the progress."""
        return self.path.resolve() == self.course.exercise(self.assignment).resolve()


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A report and what it made of the progress.

    Attributes:
        progress: after this check.
        warning: why the report did not get into the progress file, if that was wanted.
    """

    report: Report
    progress: Progress
    warning: str | None = None


def plan_attempt(
    course: Course,
    slug: str,
    *,
    path: Path | None = None,
    task_names: tuple[str, ...] = (),
    sandbox: str = "process",
    seed: int | None = None,
    device: str = "cpu",
    language: str = "en",
) -> Attempt:
    """Finds the file and the tasks.

    Args:
        path: of the file; by default the course's `exercises/<slug>.py`.
        task_names: the tasks to judge; all by default.

    Raises:
        UserError: if there is no such assignment, task or file.
    """
    assignment = _as_checked_here(course, course.assignment(slug))
    tasks = tasks_named(assignment, task_names)
    return Attempt(
        course=course,
        assignment=assignment,
        path=path or course.started_exercise(assignment),
        tasks=tasks,
        sandbox=sandbox,
        seed=seed,
        device=device,
        language=language,
    )


def _as_checked_here(course: Course, assignment: Assignment) -> Assignment:
    """Returns the assignment with full feedback in a practice course: nothing is kept from whom the suite lies with.

    Only one's own check goes this way. A class that is graded in such a course gets the assignment's own feedback.
    """
    return assignment if course.is_authored else msgspec.structs.replace(assignment, feedback=Feedback.FULL)


def open_pool(attempt: Attempt) -> Pool:
    """Returns a pool for the attempt, to be closed by the caller.

    Raises:
        EngineMissingError: if Docker's client is not installed.
    """
    return factory.make_pool(attempt.sandbox, attempt.assignment.limits, attempt.device)


def check_once(attempt: Attempt) -> Checked:
    """Grades the attempt in a sandbox of its own.

    Raises:
        UserError: if there is no such file.
        EngineMissingError: if Docker's client is not installed.
    """
    with open_pool(attempt) as pool:
        return grade_attempt(attempt, pool)


def grade_attempt(attempt: Attempt, pool: Pool) -> Checked:
    """Grades the attempt and keeps its marks; only the course's own exercise counts for the progress.

    Raises:
        UserError: if there is no such file.
    """
    request = Request(
        course=attempt.course,
        assignment=attempt.assignment,
        tasks=attempt.tasks,
        seed=new_seed() if attempt.seed is None else attempt.seed,
        device=attempt.device,
        sandbox=attempt.sandbox,
        language=attempt.language,
        image=factory.image_of(attempt.sandbox, attempt.assignment.limits, attempt.device),
    )
    return _keep(attempt, grade(request, attempt.path, pool))


def _keep(attempt: Attempt, report: Report) -> Checked:
    """Saves the progress; that it cannot be read or saved must not take away the result."""
    progress = Progress()
    try:
        progress = load_progress(attempt.course)
        if report.graded and attempt.is_own_exercise:
            progress = with_report(progress, attempt.assignment, report, datetime.now(UTC))
            save_progress(attempt.course, progress)
    except UserError as error:
        return Checked(report=report, progress=progress, warning=f"The result is not in your progress: {error}")
    return Checked(report=report, progress=progress)
