"""Takes a submission in: one regular file under a size cap, read once."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from grader.errors import RefusedError, UserError
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
    source = _read_regular_file(path)
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


def _read_regular_file(path: Path) -> bytes:
    """Reads at most one byte more than the cap, whatever the file claims to be: never a link, pipe or device."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if path.is_symlink():
        raise RefusedError(f"`{path}` is a link. Hand in the file itself.")
    try:
        fd = os.open(path, flags)
    except FileNotFoundError:
        raise UserError(f"There is no file `{path}`.") from None
    except OSError as error:
        raise RefusedError(f"`{path}` cannot be read: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):  # before fdopen, which itself refuses a folder and leaves it open
        os.close(fd)
        raise RefusedError(f"`{path}` is no regular file. Hand in the file itself.")
    with os.fdopen(fd, "rb") as file:
        return file.read(MAX_SUBMISSION_BYTES + 1)
