"""Writes files so that a reader finds the old content or the new one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

__all__ = ["keep_backup", "write_atomically"]

_FILE_MODE = 0o666


def write_atomically(path: Path, content: bytes) -> None:
    """Replaces a file in one step, creating its folder if need be.

    Raises:
        OSError: if it cannot be written; the old file is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        temporary.chmod(_mode_for(path))
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def keep_backup(path: Path) -> Path:
    """Copies a file to `<name>.bak-1`, or the next number that is free, and returns where it is.

    Raises:
        OSError: if it cannot be read or the copy not be written.
    """
    content = path.read_bytes()
    number = 1
    while True:
        backup = path.with_name(f"{path.name}.bak-{number}")
        try:
            with backup.open("xb") as file:  # exclusive: no earlier backup is ever overwritten
                file.write(content)
            return backup
        except FileExistsError:
            number += 1


def _mode_for(path: Path) -> int:
    """Keeps a file's own permissions; a new one gets those that the umask leaves, unlike a temporary file."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return _FILE_MODE & ~mask
