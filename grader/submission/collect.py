"""Finds the submissions in a folder: whose each file is, for which assignment, and what is no submission at all.

A student has a folder; in it, at any depth, a file is known by its own name (`optimizers.py`, `Optimizers (2).ipynb`)
or by the folder it is in (nbgrader's `submitted/ada/optimizers/ps1.ipynb`, the inbox's `attempt-0001`). Nothing is
opened but receipts, no link is followed, and what is left out is said.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from grader.course.course import near_names
from grader.course.roster import ClassRules
from grader.errors import RefusedError, UserError
from grader.files.reading import read_regular_file
from grader.submission.inbox import read_receipt
from grader.submission.remarks import Remark

__all__ = ["Collection", "Found", "collect", "printable", "slug_named", "student_id"]

_SUFFIXES = {".py", ".ipynb"}
_IGNORED = {"__pycache__", "timestamp.txt", "submission_secret.txt", "receipt.json"}
_COPY = re.compile(r"[\s_-]*(?:\(\d+\)|copy|v?\d+)$")
_ATTEMPT = re.compile(r"attempt-\d{4,9}")
_MAX_DEPTH = 8
_MAX_ENTRIES = 10_000


@dataclass(frozen=True, kw_only=True)
class Found:
    """One file that is a submission.

    Attributes:
        name: the path within the folder, to be shown.
        number: of the attempt, from the inbox; None elsewhere.
        submitted_at: from the receipt or nbgrader's `timestamp.txt`, else when the file was last changed.
    """

    student: str
    assignment: str
    path: Path
    name: str
    number: int | None
    submitted_at: datetime


@dataclass(frozen=True, kw_only=True)
class Collection:
    """What a folder holds: submissions, sorted by student, assignment and time, and what is odd about it."""

    found: tuple[Found, ...]
    remarks: tuple[Remark, ...]


@dataclass(kw_only=True)
class _Student:
    """What was found of one student so far."""

    id: str
    slugs: list[str]
    root: Path
    found: list[Found] = field(default_factory=list)
    by_folder: list[Found] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    entries: int = 0

    def remark(self, path: Path, message: str) -> None:
        self.remarks.append(Remark(path=_shown(path, self.root), message=printable(message), student=self.id))


def collect(folder: Path, slugs: list[str], rules: ClassRules, wanted: set[str] | None = None) -> Collection:
    """Returns what a folder of submissions holds.

    Args:
        folder: with a folder for each student.
        slugs: of all assignments of the course.
        rules: with the roster, if there is one.
        wanted: the assignments to look for; all by default.

    Raises:
        UserError: if the folder cannot be read.
    """
    found: list[Found] = []
    remarks: list[Remark] = []
    for entry in _entries(folder):
        path = Path(entry.path)
        if entry.is_symlink() or not entry.is_dir():
            what = "a link" if entry.is_symlink() else "not in a student's folder"
            remarks.append(Remark(path=_shown(path, folder), message=f"{what}; left out"))
            continue
        student = _Student(id=student_id(entry.name), slugs=slugs, root=folder)
        remarks += _stranger(student.id, entry.name, rules)
        _walk(student, path, depth=1, slug=None)
        found += [*student.found, *_taken_by_folder(student)]
        remarks += student.remarks
    kept = [one for one in found if wanted is None or one.assignment in wanted]
    in_order = sorted(kept, key=lambda one: (one.student, one.assignment, one.number or 0, one.submitted_at, one.path))
    return Collection(found=tuple(in_order), remarks=tuple(remarks))


def student_id(folder_name: str) -> str:
    """Returns a folder's name as a student's id: in composed Unicode, and printable whatever its bytes were."""
    name = unicodedata.normalize("NFC", printable(folder_name))
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in name)


def printable(text: str) -> str:
    """Returns a text with file names in it so that it can be encoded: bytes that are no UTF-8 are spelled out."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def slug_named(name: str, slugs: list[str]) -> str | None:
    """Returns the assignment that a file's stem or a folder's name means, if any.

    Case, spaces, hyphens and underscores make no difference, nor does what is added to copies (`optimizers (2)`) or
    put before the name by systems that hand files on (`lovelace_1001_optimizers`).
    """
    by_name = {_plain(slug): slug for slug in slugs}
    for candidate in (name, _COPY.sub("", name.strip().lower())):
        if (slug := by_name.get(_plain(candidate))) is not None:
            return slug
        endings = [slug for plain, slug in by_name.items() if _plain(candidate).endswith(f"_{plain}")]
        if endings:
            return max(endings, key=len)
    return None


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFKC", name).strip().lower())


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise UserError(f"`{folder}` cannot be read: {error.strerror}.") from error
    return (entry for entry in found if not entry.name.startswith(".") and entry.name not in _IGNORED)


def _stranger(student: str, name: str, rules: ClassRules) -> list[Remark]:
    if not rules.students or rules.student(student) is not None:
        return []
    advice = near_names(student, [one.id for one in rules.students])
    return [Remark(path=student_id(name), message=f"not in the roster; graded all the same.{advice}", student=student)]


def _walk(student: _Student, folder: Path, depth: int, slug: str | None) -> None:
    try:
        entries = list(_entries(folder))
    except UserError as error:
        student.remark(folder, str(error))
        return
    for entry in entries:
        student.entries += 1
        if student.entries > _MAX_ENTRIES:
            if student.entries == _MAX_ENTRIES + 1:
                student.remark(student.root / student.id, f"more than {_MAX_ENTRIES} files; the rest is left out")
            return
        _look_at(student, entry, depth, slug)


def _look_at(student: _Student, entry: os.DirEntry[str], depth: int, slug: str | None) -> None:
    path = Path(entry.path)
    if entry.is_dir(follow_symlinks=False):
        if depth >= _MAX_DEPTH:
            student.remark(path, "nested too deeply; left out")
        else:
            _walk(student, path, depth + 1, slug_named(entry.name, student.slugs) or slug)
    elif path.suffix.lower() not in _SUFFIXES:
        student.remark(path, f"is no submission (`.py` or `.ipynb`); left out{_unpack(path)}")
    else:
        _take(student, path, slug)


def _unpack(path: Path) -> str:
    return ". Unpack it first" if path.suffix.lower() in {".zip", ".tar", ".gz", ".tgz", ".7z", ".rar"} else ""


def _take(student: _Student, path: Path, slug: str | None) -> None:
    named = slug_named(path.stem, student.slugs)
    number, submitted_at = _when(student, path)
    if named is None and slug is None:
        names = ", ".join(f"`{name.replace('-', '_')}.py`" for name in student.slugs[:3])
        student.remark(path, f"belongs to no assignment; left out. Files are named like {names}")
        return
    found = Found(
        student=student.id,
        assignment=named or slug or "",
        path=path,
        name=_shown(path, student.root),
        number=number,
        submitted_at=submitted_at,
    )
    (student.found if named is not None else student.by_folder).append(found)


def _taken_by_folder(student: _Student) -> list[Found]:
    """Takes files known by their folder only, unless one beside them has the assignment's own name."""
    named = {(one.assignment, one.path.parent) for one in student.found}
    taken = []
    for one in student.by_folder:
        if (one.assignment, one.path.parent) in named:
            student.remark(one.path, f"is beside the submission for `{one.assignment}`; left out")
        else:
            taken.append(one)
    return taken


def _when(student: _Student, path: Path) -> tuple[int | None, datetime]:
    """Returns the attempt's number, if there is one, and when it was handed in."""
    changed = _changed_at(path)
    if _ATTEMPT.fullmatch(path.parent.name):
        try:
            receipt = read_receipt(path.parent)
        except RefusedError as error:
            student.remark(path, f"{error} It is graded by the file's own time")
            return None, changed
        return receipt.attempt, receipt.submitted_at
    return None, _nbgrader_time(path.parent) or changed


def _changed_at(path: Path) -> datetime:
    seconds = 0.0
    with contextlib.suppress(OSError):
        seconds = path.lstat().st_mtime
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):  # a file system may hold any number
        return datetime.fromtimestamp(0, UTC)


def _nbgrader_time(folder: Path) -> datetime | None:
    """Reads the `timestamp.txt` that nbgrader puts beside what it collects, as in `2026-10-01 21:58:23.948203 UTC`."""
    try:
        written = read_regular_file(folder / "timestamp.txt", 100).decode("ascii").strip()
        at = datetime.fromisoformat(written.replace(" UTC", "+00:00"))
    except (UserError, ValueError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _shown(path: Path, root: Path) -> str:
    return "/".join(student_id(part) for part in path.relative_to(root).parts)
