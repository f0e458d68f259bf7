"""Takes a submission in: one regular file under a size cap, read once."""

from __future__ import annotations

import hashlib
from pathlib import Path

from grader.errors import RefusedError
from grader.files import read_regular_file
from grader.models import Assignment, Submission

__all__ = ["MAX_SUBMISSION_BYTES", "read_submission"]

MAX_SUBMISSION_BYTES = 1 << 20


def read_submission(path: Path, assignment: Assignment) -> Submission:
    """Returns the file's bytes, under the name that the assignment gives it.

    Args:
        path: of the student's file; its own name does not matter.

    Raises:
        UserError: if there is no such file.
        RefusedError: if it is no regular file, over the size cap, or not UTF-8.
    """
    source = read_regular_file(path, MAX_SUBMISSION_BYTES + 1)
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
