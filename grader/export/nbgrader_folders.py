"""The folders around nbgrader's gradebook: formgrader believes a score only beside a notebook in `autograded/`."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from grader.errors import UserError
from grader.files import read_regular_file, write_atomically

__all__ = ["place_submission", "submitted_at_of"]

_MAX_NOTEBOOK_BYTES = 16 << 20
_MAX_STAMP_BYTES = 100
_STAMP = "timestamp.txt"


def submitted_at_of(folder: Path, student: str, slug: str, otherwise: datetime | None) -> datetime | None:
    """Returns when nbgrader says that a submission came in, without a time zone: its database must say the same.

    Args:
        folder: nbgrader's course.
        otherwise: what to say where nbgrader has no such submission.
    """
    submitted = _inside(folder / "submitted", student, slug)
    if submitted is None or not submitted.is_dir():
        return otherwise
    return _stamp(submitted / _STAMP)


def place_submission(folder: Path, student: str, slug: str, notebook: str) -> None:
    """Copies what was handed in to `autograded/`, as it is and without opening it; what stands there stays.

    Raises:
        UserError: if it cannot be written.
    """
    submitted, autograded = _inside(folder / "submitted", student, slug), _inside(folder / "autograded", student, slug)
    if submitted is None or autograded is None or not submitted.is_dir():
        return
    try:
        autograded.mkdir(parents=True, exist_ok=True)
        for name in (f"{notebook}.ipynb", _STAMP):
            with contextlib.suppress(UserError):  # not there, a link, a pipe: then formgrader shows the score alone
                content = read_regular_file(submitted / name, _MAX_NOTEBOOK_BYTES)
                if not (autograded / name).exists():
                    write_atomically(autograded / name, content)
    except OSError as error:
        raise UserError(f"`{autograded}` cannot be written: {error.strerror}.") from error


def _inside(folder: Path, student: str, slug: str) -> Path | None:
    """Returns a student's folder, or None for an id that would lead elsewhere."""
    if Path(student).name != student or student.startswith("."):
        return None
    return folder / student / slug


def _stamp(path: Path) -> datetime | None:
    from nbgrader.utils import parse_utc

    try:
        text = read_regular_file(path, _MAX_STAMP_BYTES).decode("ascii").strip()
        moment: datetime = parse_utc(text)
    except (UserError, ValueError, OverflowError):
        return None
    return moment
