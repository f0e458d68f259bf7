"""A whole class of submissions: who hands in what, written as folders, with what everybody must get beside them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from grader.course.course import Course
from grader.course.roster import Student
from grader.errors import UserError
from grader.files.writing import write_atomically
from grader.models import Assignment, Value
from grader.sample.handins import HandIn, HandInKind, draw_answer, hand_in
from grader.sample.people import invent_students
from grader.sample.stock import SEEDS, Stock, take_stock
from grader.submission.inbox import Parcel, deliver

__all__ = ["Expected", "ExpectedGrade", "SampleClass", "Written", "plan_class", "write_sample_class"]

_SMALLEST_WITH_STRANGERS = 4
_HAND_INS_AN_ODD = 4
_HAND_INS_A_MISSING = 16
_STUDENTS_A_STRAY = 8

_HAND_INS_A_LOOP = 240
"""An endless loop costs the time-out of a test or two, so there are few."""

_ORDINARY = (HandInKind.ORDINARY, HandInKind.MISSING, HandInKind.LOOP)
_ODD = tuple(kind for kind in HandInKind if kind not in _ORDINARY)
_FIRST_ATTEMPT_AT = datetime(2026, 10, 1, 12, tzinfo=UTC)  # fixed: receipts hold it
_STRAY = ((".DS_Store", b"\0\0\0\1Bud1\0"), ("notes.txt", b"ask about the second task\n"))


class ExpectedGrade(Value, frozen=True, kw_only=True):
    """What one student must get for one assignment, before lateness.

    Attributes:
        path: of the file, in the folder of submissions; None for what is missing.
        kind: what is special about it.
    """

    student: str
    assignment: str
    status: str
    score: float | None
    max_score: float
    kind: str
    path: str | None


class Expected(Value, frozen=True, kw_only=True):
    """What a sample class must get; see docs/commands.md.

    Attributes:
        judged_under: the seeds under which every wrong definition got the same points.
        unlisted: the students who hand in without being in the roster.
    """

    format_version: int = 1
    seed: int
    judged_under: tuple[int, ...] = SEEDS
    unlisted: tuple[str, ...]
    grades: tuple[ExpectedGrade, ...]


@dataclass(frozen=True, kw_only=True)
class SampleClass:
    """A class that is not written yet.

    Attributes:
        hand_ins: by student, one for each assignment.
        unlisted: those who are not in the roster.
    """

    students: tuple[Student, ...]
    unlisted: tuple[str, ...]
    hand_ins: dict[str, tuple[HandIn, ...]]


@dataclass(frozen=True, kw_only=True)
class Written:
    """Where a class is.

    Attributes:
        submissions: the folder of submissions.
        expected: what everybody must get.
        roster: the part of a `course.toml` with the students.
    """

    submissions: Path
    expected: Path
    roster: Path


def write_sample_class(
    course: Course,
    assignments: list[Assignment],
    folder: Path,
    *,
    students: int,
    seed: int,
    jobs: int = 1,
    on_start: Callable[[int], None] = lambda trials: None,
    on_trial: Callable[[str], None] = lambda slug: None,
) -> Written:
    """Writes a class into a folder, and `<folder>.expected.json` and `<folder>.class.toml` beside it.

    The same course, seed and number of students give the same bytes.

    Args:
        jobs: how many files are judged at the same time.
        on_start: is told how many files are judged beforehand.
        on_trial: is told the assignment of each one that is done.

    Raises:
        UserError: if the folder is not empty or cannot be written, or an assignment is not fit for it.
        SandboxError: if nothing can be judged on this machine.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"`{folder}` is there already and not empty. Name another folder with `--into`, or remove it.")
    rng = random.Random(seed)  # noqa: S311  # to be repeated, not to be secret
    stocks = take_stock(course, assignments, rng, jobs=jobs, on_start=on_start, on_trial=on_trial)
    sample = plan_class(stocks, students, rng)
    try:
        return _write(sample, folder, seed)
    except OSError as error:
        raise UserError(
            f"`{folder}` cannot be written: {error.strerror}. Name another folder with `--into`."
        ) from error


def plan_class(stocks: list[Stock], count: int, rng: random.Random) -> SampleClass:
    """Decides who hands in what.

    From four students on, the last one is not in the roster and the one before hands in nothing at all.
    """
    students = invent_students(count, rng)
    kinds = _draw_kinds(count * len(stocks), rng)
    has_strangers = count >= _SMALLEST_WITH_STRANGERS
    if has_strangers:
        kinds[-2 * len(stocks) :] = [HandInKind.MISSING] * len(stocks) + [HandInKind.ORDINARY] * len(stocks)
    kind = iter(kinds)
    hand_ins = {}
    for student in students:
        skill = rng.betavariate(5, 2)  # most of a class can do most of it
        hand_ins[student.id] = tuple(_hand_in(stock, skill, next(kind), rng) for stock in stocks)
    unlisted = (students[-1].id,) if has_strangers else ()
    return SampleClass(students=tuple(students), unlisted=unlisted, hand_ins=hand_ins)


def _draw_kinds(count: int, rng: random.Random) -> list[HandInKind]:
    """Returns what is special about each hand-in: every kind about as often as any other, and a few loops."""
    odd = rng.sample(_ODD, len(_ODD)) * (count // _HAND_INS_AN_ODD // len(_ODD) + 1)
    kinds = odd[: count // _HAND_INS_AN_ODD]
    kinds += [HandInKind.LOOP] * (count // _HAND_INS_A_LOOP)
    kinds += [HandInKind.MISSING] * (count // _HAND_INS_A_MISSING)
    kinds += [HandInKind.ORDINARY] * (count - len(kinds))
    rng.shuffle(kinds)
    return kinds


def _hand_in(stock: Stock, skill: float, kind: HandInKind, rng: random.Random) -> HandIn:
    tasks = stock.assignment.tasks
    functions = [task.name for task in tasks if task.signature.startswith("def ")]
    task = rng.choice(functions or [task.name for task in tasks])
    return hand_in(kind, draw_answer(stock, skill, rng), stock, task)


def _write(sample: SampleClass, folder: Path, seed: int) -> Written:
    folder.mkdir(parents=True, exist_ok=True)
    for index, (student, hand_ins) in enumerate(sample.hand_ins.items()):
        for one in hand_ins:
            if one.path is not None:
                _put(folder, student, one.path, one)
        if index % _STUDENTS_A_STRAY == 0 and (folder / student).is_dir():
            for name, content in _STRAY:
                (folder / student / name).write_bytes(content)
    written = Written(
        submissions=folder,
        expected=folder.with_name(f"{folder.name}.expected.json"),
        roster=folder.with_name(f"{folder.name}.class.toml"),
    )
    expected = msgspec.json.format(msgspec.json.encode(_expected(sample, seed)), indent=2)
    write_atomically(written.expected, expected + b"\n")
    write_atomically(written.roster, _roster(sample).encode())
    return written


def _put(folder: Path, student: str, name: str, one: HandIn) -> None:
    path = folder / student / name
    if one.earlier is not None:
        for days, content in enumerate((one.earlier, one.content or b"")):
            at = _FIRST_ATTEMPT_AT + timedelta(days=days)
            parcel = Parcel(
                student=student, assignment=one.assignment, file=path.name, content=content, submitted_at=at
            )
            deliver(folder, parcel)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if one.link is not None:
        path.symlink_to(one.link)
    elif one.content is not None:
        path.write_bytes(one.content)


def _expected(sample: SampleClass, seed: int) -> Expected:
    grades = [
        ExpectedGrade(
            student=student,
            assignment=one.assignment,
            status=one.status.value,
            score=one.score,
            max_score=one.max_score,
            kind=one.kind.value,
            path=None if one.path is None else f"{student}/{one.path}",
        )
        for student, hand_ins in sample.hand_ins.items()
        for one in hand_ins
    ]
    grades.sort(key=lambda grade: (grade.student, grade.assignment))
    return Expected(seed=seed, unlisted=sample.unlisted, grades=tuple(grades))


def _roster(sample: SampleClass) -> str:
    """Returns the part of a `course.toml` with the students, as TOML; what JSON quotes, TOML reads."""
    lines = ["# The students of a sample class: put this at the end of `course.toml`.", "[class]"]
    for student in sample.students:
        if student.id not in sample.unlisted:
            lines += ["", "[[class.students]]"]
            fields = {"id": student.id, "name": student.name, "email": student.email, "number": student.number}
            fields |= {"section": student.section}
            lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items() if value]
    return "\n".join(lines) + "\n"
