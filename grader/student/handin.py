"""Handing in: looks over one file of a student, and puts it into the class's inbox.

Nothing of the student's is run here, and the hidden suite is not needed: what is wrong is read from the text.
"""

from __future__ import annotations

import ast
import io
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from grader.classroom.gradebook.lateness import days_late
from grader.course.course import Course
from grader.errors import RefusedError, UserError
from grader.files.reading import read_regular_file
from grader.files.writing import write_atomically
from grader.models import Assignment, Value
from grader.runtime.untrusted.outline import Outline, outline
from grader.student.membership import member
from grader.submission.inbox import MAX_FILE_BYTES, Parcel, Receipt, deliver
from grader.submission.intake import read_submission
from grader.submission.written import stub_lines

__all__ = ["Draft", "Flaw", "FlawKind", "HandIn", "hand_in", "look_over", "plan_handin"]


class FlawKind(StrEnum):
    """What is wrong with a file; with one that is not `unwritten` it is handed in only if that is wanted."""

    SYNTAX = "syntax"
    MISSING = "missing"
    UNWRITTEN = "unwritten"


class Flaw(Value, frozen=True, kw_only=True):
    """One thing that a look at the text finds.

    Attributes:
        task: that is missing or not written yet.
        line: where it is, from 1.
        code: the text of that line.
        message: Python's own, of a syntax error.
    """

    kind: FlawKind
    task: str | None = None
    line: int | None = None
    code: str | None = None
    message: str | None = None


class HandIn(Value, frozen=True, kw_only=True):
    """What became of a hand-in; docs/handin.md has every key.

    Attributes:
        receipt: None if nothing was handed in.
        folder: where the attempt is in the inbox.
        deadline: of this student.
        days_late: days begun after it.
        copy: where the student's copy of the receipt is.
        warning: why there is no copy.
    """

    format_version: int = 1
    flaws: tuple[Flaw, ...]
    receipt: Receipt | None = None
    folder: str | None = None
    deadline: datetime | None = None
    days_late: int = 0
    copy: str | None = None
    warning: str | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is to be handed in, read once.

    Attributes:
        path: of the student's file.
        file_name: that it gets in the inbox.
        flaws: what a look at it found.
    """

    course: Course
    assignment: Assignment
    student: str
    inbox: Path
    path: Path
    file_name: str
    content: bytes
    flaws: tuple[Flaw, ...]

    @property
    def is_sound(self) -> bool:
        return all(flaw.kind is FlawKind.UNWRITTEN for flaw in self.flaws)


def plan_handin(
    course: Course, slug: str, *, path: Path | None = None, student: str | None = None, inbox: Path | None = None
) -> Draft:
    """Finds out who hands in what, and where to, and looks the file over.

    Args:
        path: of the file, `.py` or `.ipynb`; by default the course's `exercises/<slug>.py`.
        student: an id; by default the login name, if the roster has it.
        inbox: a folder; by default the one that `course.toml` names.

    Raises:
        UserError: if there is no such assignment, file, student or inbox.
        RefusedError: if the file is none that would ever be graded.
    """
    assignment = course.assignment(slug)
    student, inbox = member(course, student), _where(course, inbox)
    path = path or course.started_exercise(assignment)
    content, source = _read(path, assignment)
    return Draft(
        course=course,
        assignment=assignment,
        student=student,
        inbox=inbox,
        path=path,
        file_name=Path(assignment.file_name).with_suffix(path.suffix.lower()).name,
        content=content,
        flaws=look_over(source, assignment),
    )


def look_over(source: bytes, assignment: Assignment) -> tuple[Flaw, ...]:
    """Returns what is wrong with a submission's text: a syntax error, or what is missing and what is still the stub."""
    with warnings.catch_warnings():  # of the student's code, such as an invalid escape
        warnings.simplefilter("ignore")
        found = msgspec.convert(outline(source, assignment.file_name)["outline"], Outline)
        if found.problem is not None:
            line = found.problem.line
            message = f"{found.problem.kind}: {found.problem.message}"
            return (Flaw(kind=FlawKind.SYNTAX, line=line, code=_line_of(source, line), message=message),)
        stubs = stub_lines(ast.parse(source))
    defined = {definition.name for definition in found.definitions}
    missing = [Flaw(kind=FlawKind.MISSING, task=task.name) for task in assignment.tasks if task.name not in defined]
    unwritten = [
        Flaw(kind=FlawKind.UNWRITTEN, task=task.name, line=stubs[task.name], code=_line_of(source, stubs[task.name]))
        for task in assignment.tasks
        if task.name in stubs
    ]
    return (*missing, *unwritten)


def hand_in(draft: Draft, now: datetime | None = None) -> HandIn:
    """Puts a draft into the inbox, whatever its flaws, and keeps a copy of the receipt in the course.

    Args:
        now: when it is handed in; by default this machine's time.

    Raises:
        UserError: if the inbox cannot be written to.
    """
    submitted_at = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    parcel = Parcel(
        student=draft.student,
        assignment=draft.assignment.slug,
        file=draft.file_name,
        content=draft.content,
        submitted_at=submitted_at,
    )
    delivery = deliver(draft.inbox, parcel)
    rules = draft.course.rules
    deadline = rules.deadline(draft.student, draft.assignment.slug)
    done = HandIn(
        flaws=draft.flaws,
        receipt=delivery.receipt,
        folder=str(delivery.folder),
        deadline=deadline,
        days_late=days_late(submitted_at, deadline, rules.late),
    )
    return _with_copy(draft.course, done, delivery.receipt)


def _where(course: Course, inbox: Path | None) -> Path:
    if inbox is not None:
        return inbox
    if course.rules.inbox is None:
        toml = course.root / "course.toml"
        raise UserError(
            f"Where to? `{toml}` names no inbox. Say `--inbox DIR`, or set GRADUS_INBOX to the folder that your "
            "instructor named."
        )
    return course.root / course.rules.inbox


def _read(path: Path, assignment: Assignment) -> tuple[bytes, bytes]:
    """Returns the file as it is, and the Python in it."""
    suffix = path.suffix.lower()
    if suffix not in (".py", ".ipynb"):
        raise RefusedError(f"`{path}` is neither a `.py` nor an `.ipynb` file. `{assignment.file_name}` is asked for.")
    return read_regular_file(path, MAX_FILE_BYTES + 1), read_submission(path, assignment).source


def _line_of(source: bytes, line: int | None) -> str | None:
    lines = io.StringIO(source.decode("utf-8-sig"), newline=None).readlines()  # as Python counts them
    return lines[line - 1].strip() if line is not None and 0 < line <= len(lines) else None


def _with_copy(course: Course, done: HandIn, receipt: Receipt) -> HandIn:
    """Keeps the receipt with the student. That this fails takes nothing away: the work is handed in."""
    name = f"{receipt.assignment}-{receipt.attempt:04d}-{receipt.receipt[:12]}.json"
    path = course.root / ".gradus" / "receipts" / name
    try:
        write_atomically(path, msgspec.json.format(msgspec.json.encode(receipt), indent=2) + b"\n")
    except OSError as error:
        return msgspec.structs.replace(done, warning=f"`{path}` cannot be written: {error.strerror}.")
    return msgspec.structs.replace(done, copy=str(path))
