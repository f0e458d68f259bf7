"""The folders around nbgrader's gradebook: formgrader believes a score only beside a notebook in `autograded/`."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from grader.course.roster import normal_id
from grader.errors import UserError
from grader.files.reading import read_regular_file
from grader.files.writing import write_atomically
from grader.submission.notebooks.forms import MAX_NOTEBOOK_BYTES
from grader.submission.notebooks.reading import without_outputs

__all__ = ["place_submission", "submitted_at_of"]

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
    """Copies what was handed in to `autograded/`, without running it; what stands there stays.

    Outputs are left out: formgrader would show them, scripts and all, as if they came from the grader.

    Raises:
        UserError: if it cannot be written.
    """
    submitted, autograded = _inside(folder / "submitted", student, slug), _inside(folder / "autograded", student, slug)
    if submitted is None or autograded is None or not submitted.is_dir():
        return
    try:
        autograded.mkdir(parents=True, exist_ok=True)
        for name, read in ((f"{notebook}.ipynb", _cleared), (_STAMP, _stamp_text)):
            with contextlib.suppress(UserError):  # not there, a link, no notebook: formgrader shows the score alone
                if not (autograded / name).exists():
                    write_atomically(autograded / name, read(submitted / name))
    except OSError as error:
        raise UserError(f"`{autograded}` cannot be written: {error.strerror}.") from error


def _inside(folder: Path, student: str, slug: str) -> Path | None:
    """Returns a student's folder, however the disk spells the id, or None for an id that would lead elsewhere."""
    if Path(student).name != student or student.startswith("."):
        return None
    spelt = (path.name for path in folder.iterdir() if normal_id(path.name) == student) if folder.is_dir() else iter(())
    return folder / next(spelt, student) / slug


def _cleared(path: Path) -> bytes:
    return without_outputs(read_regular_file(path, MAX_NOTEBOOK_BYTES + 1), path)


def _stamp_text(path: Path) -> bytes:
    return read_regular_file(path, _MAX_STAMP_BYTES)


def _stamp(path: Path) -> datetime | None:
    from nbgrader.utils import parse_utc

    try:
        text = _stamp_text(path).decode("ascii").strip()
        moment: datetime = parse_utc(text)
    except (UserError, ValueError, OverflowError):
        return None
    return moment
