"""Reads files that others wrote: regular ones, and no more of them than was asked for."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from grader.errors import RefusedError, UserError

__all__ = ["read_regular_file"]


def read_regular_file(path: Path, max_bytes: int) -> bytes:
    """Reads at most so many bytes, whatever the file claims to be: never a link, pipe or device.

    Raises:
        UserError: if there is no such file.
        RefusedError: if it is no regular file or cannot be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if path.is_symlink():
            raise RefusedError(f"`{path}` is a link. Hand in the file itself.")
        fd = os.open(path, flags)
    except FileNotFoundError:
        raise UserError(f"There is no file `{path}`.") from None
    except OSError as error:
        raise RefusedError(f"`{path}` cannot be read: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):  # before fdopen, which itself refuses a folder and leaves it open
        os.close(fd)
        raise RefusedError(f"`{path}` is no regular file. Hand in the file itself.")
    with os.fdopen(fd, "rb") as file:
        return file.read(max_bytes)
