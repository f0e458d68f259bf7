"""Takes a submission in: one regular file under a size cap, read once, and of a notebook the code of its cells."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from grader.errors import RefusedError
from grader.files.reading import read_regular_file
from grader.models import Assignment, Submission, Text

__all__ = ["MAX_SUBMISSION_BYTES", "TakenIn", "read_submission", "take_in"]

MAX_SUBMISSION_BYTES = 1 << 20
_NOTEBOOK_SUFFIX = ".ipynb"


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """A submission and what is to be told of how it was read.

    Attributes:
        notes: what of a notebook was left out, for the student.
        places: where in it the lines of the submission stand; None unless it is a notebook with code.
    """

    submission: Submission
    notes: tuple[Text, ...] = ()
    places: Text | None = None


def read_submission(path: Path, assignment: Assignment) -> Submission:
    """Returns what `take_in` does, for callers that tell no notes. Raises likewise."""
    return take_in(path, assignment).submission


def take_in(path: Path, assignment: Assignment, *, is_notebook: bool | None = None) -> TakenIn:
    """Returns the file's bytes, or of an `.ipynb` its code, under the name that the assignment gives it.

    Args:
        path: of the student's file; of its own name only the suffix matters.
        is_notebook: whether it is one; by default the suffix says so.

    Raises:
        UserError: if there is no such file.
        RefusedError: if it is no regular file, over the size cap, not UTF-8, or no Python notebook.
        EngineFailedError: if the notebook could not be sorted, which is ours.
    """
    if path.suffix.lower() == _NOTEBOOK_SUFFIX if is_notebook is None else is_notebook:
        return _take_in_notebook(path, assignment)
    source = read_regular_file(path, MAX_SUBMISSION_BYTES + 1)
    return TakenIn(submission=_as_submission(source, path, assignment))


def _take_in_notebook(path: Path, assignment: Assignment) -> TakenIn:
    from grader.submission.notebooks.reading import MAX_NOTEBOOK_BYTES, read_notebook

    content = read_regular_file(path, MAX_NOTEBOOK_BYTES + 1)
    notebook = read_notebook(content, path, tuple(task.name for task in assignment.tasks))
    submission = _as_submission(notebook.source, path, assignment)
    return TakenIn(submission=submission, notes=notebook.notes, places=notebook.places)


def _as_submission(source: bytes, path: Path, assignment: Assignment) -> Submission:
    if len(source) > MAX_SUBMISSION_BYTES:
        raise RefusedError(f"`{path}` is larger than {MAX_SUBMISSION_BYTES // 1024} KiB. Hand in source code only.")
    if b"\0" in source:
        raise RefusedError(f"`{path}` contains NUL bytes, so it is no Python source. Save it as plain text.")
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise RefusedError(f"`{path}` is not UTF-8 (line {line}). Save it as UTF-8 and try again.") from error
    return Submission(file_name=assignment.file_name, source=source, sha256=hashlib.sha256(source).hexdigest())
