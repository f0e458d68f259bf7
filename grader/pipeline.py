"""From one student's file to a report: read this file first.

    take_in -> plan -> Pool.grade (sandbox: examiner and candidate) -> score_tasks -> Report

A student's mistake is data all the way: verdicts in the report. What the student must mend before anything can be
judged (`refused`), and what is ours (`sandbox`, `engine`), make a report that says "not graded", never a zero.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.course.course import Course
from grader.errors import EngineFailedError, RefusedError, SandboxError
from grader.language import in_language
from grader.models import (
    Answer,
    Assignment,
    Job,
    Problem,
    ProblemKind,
    Report,
    Submission,
    Task,
    TaskReport,
    Text,
    module_file,
)
from grader.sandbox.pool import Pool
from grader.scores import score_tasks
from grader.submission.intake import take_in

__all__ = [
    "Heading",
    "Request",
    "grade",
    "judge",
    "new_seed",
    "not_graded",
    "plan",
    "score",
    "with_reading",
    "without_mutants",
]

_log = logging.getLogger(__name__)
_MAX_NOTE_CHARS = 2_000
_MAX_NAME_CHARS = 300


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to be graded, and how.

    Attributes:
        tasks: the tasks to judge; all of the assignment by default.
        seed: where the random inputs come from; the same seed gives the same report.
        device: `cpu` or `cuda`.
        sandbox: the back end's name, for the report.
        language: of what the student reads.
    """

    course: Course
    assignment: Assignment
    tasks: tuple[Task, ...]
    seed: int
    device: str = "cpu"
    sandbox: str = "process"
    image: str | None = None
    student: str | None = None
    language: str = "en"

    @property
    def heading(self) -> Heading:
        return Heading(
            assignment=self.assignment.slug,
            student=self.student,
            max_score=sum(task.points for task in self.tasks),
            seed=self.seed,
            device=self.device,
            sandbox=self.sandbox,
            image=self.image,
            language=self.language,
        )


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What a report says of itself, whatever comes of the submission; of the attributes see `Request`."""

    assignment: str
    student: str | None
    max_score: float
    seed: int
    device: str
    sandbox: str
    image: str | None
    language: str


def new_seed() -> int:
    """Returns a seed for an attempt, short enough to be typed again."""
    return secrets.randbelow(2**31)


def grade(request: Request, path: Path, pool: Pool, *, is_notebook: bool | None = None) -> Report:
    """Grades one file.

    Args:
        path: of the student's file; of its own name only the suffix matters.
        is_notebook: whether it is one; by default the suffix says so.

    Raises:
        UserError: if there is no such file or the assignment does not read. Everything else is in the report.
    """
    try:
        taken = take_in(path, request.assignment, is_notebook=is_notebook)
    except (RefusedError, EngineFailedError) as error:
        kind = ProblemKind.REFUSED if isinstance(error, RefusedError) else ProblemKind.ENGINE
        report = not_graded(request.heading, Problem(kind=kind, message=str(error)))
        return with_reading(report, path.name, ())
    report = judge(request.heading, plan(request, taken.submission), pool)
    return with_reading(report, path.name, (*taken.notes, *filter(None, (taken.places,))))


def judge(heading: Heading, job: Job, pool: Pool) -> Report:
    """Grades what was read and planned before. Never raises on account of the submission: all is in the report."""
    started = time.monotonic()
    try:
        answer = pool.grade(job)
        tasks = score(job, answer, heading.language)
        return _graded(heading, job, answer, tasks, time.monotonic() - started)
    except SandboxError as error:
        problem = Problem(kind=ProblemKind.SANDBOX, message=str(error))
    except EngineFailedError as error:
        _log.error("not graded: %s", error)
        problem = Problem(kind=ProblemKind.ENGINE, message=str(error))
    return not_graded(heading, problem, job.submission.sha256, time.monotonic() - started)


def with_reading(report: Report, file: str, notes: tuple[Text, ...]) -> Report:
    """Returns a report that also says which file was read, and how: one of the same code came from anywhere.

    What a sandbox says of a file is about the module that it loaded; a student knows the file that was handed in.

    Args:
        file: its name, as the student knows it.
        notes: on how it was read; those of the report itself come after them.
    """
    file = file[-_MAX_NAME_CHARS:]
    told = tuple(in_language(note, report.language)[:_MAX_NOTE_CHARS] for note in notes)
    module = re.compile(rf"(?<![\w/.-]){re.escape(module_file(report.assignment))}(?!\w)")
    tasks = tuple(_with_messages(task, lambda text: module.sub(lambda _: file, text)) for task in report.tasks)
    return msgspec.structs.replace(report, file=file, notes=(*told, *report.notes), tasks=tasks)


def _with_messages(task: TaskReport, change: Callable[[str], str]) -> TaskReport:
    """Returns the task itself where nothing changes: the tasks of a whole class share what is equal."""
    messages = [change(test.message) for test in task.tests]
    if messages == [test.message for test in task.tests]:
        return task
    tests = (msgspec.structs.replace(test, message=text) for test, text in zip(task.tests, messages, strict=True))
    return msgspec.structs.replace(task, tests=tuple(tests))


def plan(request: Request, submission: Submission) -> Job:
    """Returns what a sandbox needs to judge the submission."""
    assignment = request.assignment
    return Job(
        suite=request.course.suite(assignment),
        submission=submission,
        tasks=request.tasks,
        all_tasks=tuple(task.name for task in assignment.tasks),
        forbid=assignment.forbid,
        limits=assignment.limits,
        feedback=assignment.feedback,
        seed=request.seed,
        device=request.device,
    )


def without_mutants(job: Job) -> Job:
    """Returns a job that does not ask which misconception its submission shows: for whoever wants points only."""
    sha256 = hashlib.sha256(f"{job.suite.sha256}, without mutants".encode()).hexdigest()  # collected for itself
    suite = msgspec.structs.replace(job.suite, mutants={}, edits={}, sha256=sha256)
    return msgspec.structs.replace(job, suite=suite)


def score(job: Job, answer: Answer, language: str = "en") -> tuple[TaskReport, ...]:
    """Returns the tasks with their points, and their texts in a language.

    Raises:
        EngineFailedError: if no score can be given, which is ours.
    """
    if answer.problem is not None:
        raise EngineFailedError(answer.problem)
    if sorted(result.test for result in answer.results) != sorted(spec.test for spec in answer.tests):
        raise EngineFailedError("the examiner did not give one result for each test")
    try:
        return score_tasks(job.tasks, answer, job.submission, language)
    except ValueError as error:
        raise EngineFailedError(str(error)) from error


def not_graded(
    heading: Heading, problem: Problem, submission_sha256: str | None = None, duration_s: float = 0.0
) -> Report:
    """Returns the report of what could not be judged; the submission is None if it was not taken in."""
    return Report(
        language=heading.language,
        assignment=heading.assignment,
        student=heading.student,
        graded=False,
        score=None,
        max_score=heading.max_score,
        seed=heading.seed,
        sandbox=heading.sandbox,
        device=heading.device,
        submission_sha256=submission_sha256,
        suite_sha256=None,
        image=heading.image,
        duration_s=round(duration_s, 4),
        tasks=(),
        output="",
        problem=problem,
    )


def _graded(heading: Heading, job: Job, answer: Answer, tasks: tuple[TaskReport, ...], duration_s: float) -> Report:
    return Report(
        language=heading.language,
        assignment=heading.assignment,
        student=heading.student,
        notes=tuple(in_language(note, heading.language) for note in answer.notes),
        graded=True,
        score=round(sum(task.score for task in tasks), 4),
        max_score=round(sum(task.max_score for task in tasks), 4),
        seed=heading.seed,
        sandbox=heading.sandbox,
        device=answer.device,
        submission_sha256=job.submission.sha256,
        suite_sha256=job.suite.sha256,
        image=heading.image,
        duration_s=round(duration_s, 4),
        tasks=tasks,
        output=answer.output,
        problem=None,
    )
