"""Checks of this machine and this course, as data: what is there, what is missing, which command mends it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TypeVar

import msgspec

from grader.course.course import Course, near_names
from grader.course.exercises import ExerciseState, inspect_exercise
from grader.course.finding import find_course
from grader.errors import GradusError, UserError
from grader.language import in_language
from grader.machine.gpu import name_of_gpu
from grader.models import Assignment
from grader.sandbox.factory import needs_docker_package
from grader.sandbox.process import can_fork
from grader.student.progress import load_progress

__all__ = ["Check", "Diagnosis", "Status", "diagnose"]

_Item = TypeVar("_Item")
_OLDEST_PYTHON = (3, 11)
_PACKAGES = ("torch", "pytest", "msgspec", "safetensors", "click", "rich")


class Status(StrEnum):
    OK = "ok"
    WARN = "warn"  # something optional is missing, or will soon be in the way
    FAIL = "fail"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One finding. `next_command` is what mends it, or None."""

    name: str
    status: Status
    message: str
    next_command: str | None = None


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """All findings; what `learn doctor --json` prints."""

    format_version: int = 1
    checks: tuple[Check, ...]

    @property
    def has_failed(self) -> bool:
        return any(check.status is Status.FAIL for check in self.checks)


def diagnose(course_folder: Path | None, self_check: str | None = None) -> Diagnosis:
    """Looks at everything that grading needs. Never raises for what it finds, and imports no torch.

    Args:
        course_folder: as `find_course` takes it.
        self_check: a sandbox (`process` or `docker`) to run the battery of self-checks in; takes a minute.
    """
    checks = [_check_python(), *(_check_package(name) for name in _PACKAGES), _check_forks()]
    checks += _check_course(course_folder)
    checks += _check_docker()
    checks.append(_check_gpu())
    if self_check is not None:
        checks += _run_self_check(self_check)
    return Diagnosis(checks=tuple(checks))


def _ok(name: str, message: str) -> Check:
    return Check(name=name, status=Status.OK, message=message)


def _warn(name: str, message: str, next_command: str | None = None) -> Check:
    return Check(name=name, status=Status.WARN, message=message, next_command=next_command)


def _fail(name: str, message: str, next_command: str | None = None) -> Check:
    return Check(name=name, status=Status.FAIL, message=message, next_command=next_command)


# The machine.


def _check_python() -> Check:
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < _OLDEST_PYTHON:
        needed = ".".join(str(part) for part in _OLDEST_PYTHON)
        return _fail("python", f"Python {found} is too old: {needed} or newer is needed.")
    return _ok("python", f"Python {found} at {sys.executable}")


def _check_package(name: str) -> Check:
    try:
        return _ok(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        return _fail(name, "The package is not installed.", f"{sys.executable} -m pip install {name}")


def _check_forks() -> Check:
    if can_fork():
        return _ok("fork", "Candidates are forked from a warm process.")
    return _warn("fork", "This system does not fork safely: every check starts Python anew and takes some seconds.")


def _check_gpu() -> Check:
    name = name_of_gpu()
    return _ok("gpu", name or "None found. Tests that need one are skipped and leave the total.")


# The course.


def _check_course(folder: Path | None) -> Iterator[Check]:
    try:
        course = find_course(folder)
    except UserError as error:
        yield _fail("course", str(error))
        return
    readable = [assignment for slug in course.slugs if (assignment := _read(course, slug)) is not None]
    yield _ok("course", f"{in_language(course.title, 'en')}: {len(course.slugs)} assignments in {course.root}")
    yield _gather("assignments", course, course.slugs, course.assignment, "All read.")
    yield _gather(
        "statements",
        course,
        readable,
        lambda it: _read_statements(course, it),
        "All there, in every language of the course.",
    )
    yield _gather("suites", course, readable, course.suite, "All there.")
    yield _check_exercises(course, readable)
    yield _check_progress(course)
    yield _check_class(course)


def _read(course: Course, slug: str) -> Assignment | None:
    try:
        return course.assignment(slug)
    except UserError:
        return None


def _read_statements(course: Course, assignment: Assignment) -> None:
    for language in course.languages:
        course.statement(assignment, language)


def _gather(name: str, course: Course, items: list[_Item], look: Callable[[_Item], object], all_well: str) -> Check:
    """Looks at each item and puts what does not read into one finding."""
    problems = []
    for item in items:
        try:
            look(item)
        except UserError as error:
            problems.append(str(error))
    if problems:
        return _fail(name, "\n".join(problems))
    return _ok(name, all_well) if items else _warn(name, f"There are none in {course.root}.")


def _check_exercises(course: Course, assignments: list[Assignment]) -> Check:
    behind: list[str] = []
    for assignment in assignments:
        try:
            exercise = inspect_exercise(course, assignment)
        except UserError as error:
            return _warn("exercises", str(error))
        if exercise.state in (ExerciseState.MISSING, ExerciseState.STALE):
            behind.append(f"{assignment.slug} ({exercise.state.value})")
    if behind:
        mended_by = "learn generate" if course.is_authored else f"learn init {shlex.quote(str(course.root))}"
        return _warn("exercises", f"Not as the solutions give them: {', '.join(behind)}", mended_by)
    return _ok("exercises", "Every one is the current stub or someone's work.")


def _check_progress(course: Course) -> Check:
    try:
        load_progress(course)
    except UserError as error:
        return _warn("progress", str(error))
    return _ok("progress", "Reads.")


def _check_class(course: Course) -> Check:
    rules = course.rules
    named = dict.fromkeys([*rules.deadlines, *(slug for student in rules.students for slug in student.extensions)])
    problems = [
        f"A deadline is for `{slug}`, which the course does not have.{near_names(slug, course.slugs)}"
        for slug in named
        if slug not in course.slugs
    ]
    if rules.inbox is not None and not (course.root / rules.inbox).is_dir():
        problems.append(f"There is no inbox `{course.root / rules.inbox}`.")
    if problems:
        return _fail("class", "\n".join(problems))
    return _ok("class", f"{len(rules.students)} students and {len(rules.deadlines)} deadlines in `course.toml`.")


# Docker.


def _check_docker() -> Iterator[Check]:
    try:
        version = metadata.version("docker")
    except metadata.PackageNotFoundError:
        message = "The package is not installed. `learn check` works without it; other people's code needs it."
        yield _warn("docker package", message, "pip install 'gradus-torch[docker]'")
        return
    yield _ok("docker package", version)
    try:
        with needs_docker_package():
            from grader.sandbox.image import image_status
        status = image_status()
    except GradusError as error:
        yield _warn("docker engine", str(error))
        return
    yield _ok("docker engine", "It answers.")
    if status.state == "ready":
        yield _ok("image", status.tag)
    else:
        yield _warn("image", f"The sandbox image is {status.state}: {status.tag}", "learn image build")


def _run_self_check(sandbox: str) -> Iterator[Check]:
    from grader.sandbox.selfcheck import run_battery

    try:
        results = run_battery(sandbox)
    except GradusError as error:
        yield _fail(f"self-check {sandbox}", str(error))
        return
    if not results:
        yield _fail(f"self-check {sandbox}", "It ran no check at all.")
    for result in results:
        status = Status.OK if result.ok else Status.FAIL
        yield Check(name=f"self-check: {result.name}", status=status, message=result.message)
