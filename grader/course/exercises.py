"""Keeps `exercises/` in step with `solutions/`, and never writes over a student's work.

A file of `exercises/` may be replaced only if it is a *known stub*: the current one, or one that was generated
earlier. `exercises/.stubs.json` keeps the hashes of those and is committed with them. A course that takes its
assignments from another knows the stubs from there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from grader.course.course import Course
from grader.course.stubs import has_regions, stub_source
from grader.errors import CourseError, UserError
from grader.files.writing import keep_backup, write_atomically
from grader.models import Assignment

__all__ = [
    "Exercise",
    "ExerciseState",
    "Generated",
    "exercise_stub",
    "generate",
    "inspect_exercise",
    "reset_exercise",
    "start_exercise",
    "stub_source",
]

_FORMAT_VERSION = 1


class _KnownStubs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The shape of `exercises/.stubs.json`: for each file the SHA-256 of every stub that was generated."""

    format_version: int = _FORMAT_VERSION
    stubs: dict[str, tuple[str, ...]] = {}


class ExerciseState(StrEnum):
    """What `exercises/<slug>.py` is, compared with the stub that the solution gives now."""

    CURRENT = "current"
    MISSING = "missing"
    STALE = "stale"  # an earlier stub, which nobody worked on, or the current one and not recorded yet
    EDITED = "edited"  # a student's work
    UNKNOWN = "unknown"  # in a copy of the course without solutions: there is nothing to compare it with


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One file of `exercises/`.

    Attributes:
        is_stub: whether its text is the current stub's, recorded or not.
    """

    slug: str
    path: Path
    state: ExerciseState
    is_stub: bool = False


@dataclass(frozen=True, kw_only=True)
class Generated:
    """What happened to one exercise.

    Attributes:
        exercise: as it was before.
        is_written: whether the current stub was put there.
        backup: where the file that stood there went.
    """

    exercise: Exercise
    is_written: bool
    backup: Path | None = None


def exercise_stub(course: Course, assignment: Assignment) -> bytes:
    """Returns the stub that the solution gives now.

    Raises:
        CourseError: if none can be cut.
    """
    path = course.solution(assignment)
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise CourseError(f"`{path}` is missing: the exercise is cut from it.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"`{path}` cannot be read: {error}.") from error
    try:
        if not has_regions(text):
            raise CourseError("no region `### BEGIN SOLUTION`: the stub would give the solution away")
        return stub_source(text).encode()
    except CourseError as error:
        raise CourseError(f"`{path}`, {error}.") from error


def inspect_exercise(course: Course, assignment: Assignment) -> Exercise:
    """Compares an exercise with its stub, without writing anything.

    Raises:
        CourseError: if no stub can be cut from the solution.
    """
    return _compare(course, assignment, exercise_stub(course, assignment))


def generate(course: Course, assignment: Assignment, *, force: bool = False) -> Generated:
    """Puts the current stub where a known stub or nothing stands.

    Args:
        force: also over a student's work, of which a backup is kept.

    Raises:
        CourseError: if no stub can be cut from the solution.
        UserError: if the file cannot be written.
    """
    stub = exercise_stub(course, assignment)
    exercise = _compare(course, assignment, stub)
    if exercise.state is ExerciseState.EDITED and not force:
        return Generated(exercise=exercise, is_written=False)
    return _write(course, exercise, stub)


def start_exercise(course: Course, assignment: Assignment) -> Generated:
    """Makes sure that the exercise is there; what stands there stays, an earlier stub excepted.

    Raises:
        CourseError: if it is not there and no stub can be cut from the solution.
        UserError: if the file cannot be written.
    """
    path = course.exercise(assignment)
    if path.exists() and not course.solution(assignment).exists():  # a copy of the course without solutions
        exercise = Exercise(slug=assignment.slug, path=path, state=ExerciseState.UNKNOWN)
        return Generated(exercise=exercise, is_written=False)
    return generate(course, assignment)


def reset_exercise(course: Course, assignment: Assignment) -> Generated:
    """Puts the stub back and keeps a backup of a student's work. Raises as `generate` does."""
    return generate(course, assignment, force=True)


def _compare(course: Course, assignment: Assignment, stub: bytes) -> Exercise:
    path = course.exercise(assignment)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Exercise(slug=assignment.slug, path=path, state=ExerciseState.MISSING)
    except OSError as error:
        raise UserError(f"`{path}` cannot be read: {error.strerror}.") from error
    is_stub = _plain(content) == _plain(stub)
    known = _load_known(course).stubs.get(path.name, ())
    state = _state(is_stub=is_stub, is_known=_sha256(content) in known)
    return Exercise(slug=assignment.slug, path=path, state=state, is_stub=is_stub)


def _state(*, is_stub: bool, is_known: bool) -> ExerciseState:
    if is_known:
        return ExerciseState.CURRENT if is_stub else ExerciseState.STALE
    return ExerciseState.STALE if is_stub else ExerciseState.EDITED


def _write(course: Course, exercise: Exercise, stub: bytes) -> Generated:
    if exercise.state is ExerciseState.CURRENT:
        return Generated(exercise=exercise, is_written=False)
    try:
        backup = keep_backup(exercise.path) if exercise.state is ExerciseState.EDITED else None
        if course.is_authored:
            _remember(course, exercise.path.name, _sha256(stub))
        write_atomically(exercise.path, stub)
    except OSError as error:
        raise UserError(f"`{exercise.path}` cannot be written: {error.strerror}.") from error
    return Generated(exercise=exercise, is_written=True, backup=backup)


def _remember(course: Course, file_name: str, sha256: str) -> None:
    known = _load_known(course)
    stubs = known.stubs.get(file_name, ())
    if sha256 not in stubs:
        known = msgspec.structs.replace(known, stubs={**known.stubs, file_name: (*stubs, sha256)})
        content = msgspec.json.format(msgspec.json.encode(known, order="sorted"), indent=2) + b"\n"
        write_atomically(_known_path(course), content)


def _load_known(course: Course) -> _KnownStubs:
    path = _known_path(course)
    try:
        known = msgspec.json.decode(path.read_bytes(), type=_KnownStubs)
    except FileNotFoundError:
        return _KnownStubs()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CourseError(
            f"`{path}` does not read: {error}. Take it from the course's repository again, or remove it: then every "
            "exercise that is not the current stub counts as a student's work."
        ) from error
    if known.format_version != _FORMAT_VERSION:
        raise CourseError(f"`{path}` has format_version {known.format_version}; this Gradus reads {_FORMAT_VERSION}.")
    return known


def _known_path(course: Course) -> Path:
    return course.source / "exercises" / ".stubs.json"


def _plain(content: bytes) -> bytes:
    """Without the carriage returns that a checkout on Windows adds."""
    return content.replace(b"\r\n", b"\n")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(_plain(content)).hexdigest()
