"""When a file was handed in, and how that is known: by its receipt, by `timestamp.txt`, or by the file itself."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from grader.errors import RefusedError, UserError
from grader.files.reading import read_regular_file
from grader.models import Text
from grader.submission.inbox import Receipt, read_receipt
from grader.submission.timestamps import moment_in

__all__ = ["Evidence", "Moment", "changed_at", "folders_up_to", "is_to_come", "moment_of", "receipt_of"]

_ATTEMPT = re.compile(r"attempt-\d{4,9}")
_STAMP_NAME = "timestamp.txt"
_MAX_STAMP_BYTES = 4096
_SLACK = timedelta(days=1)


class Evidence(StrEnum):
    """What tells when something was handed in, from the weakest on; a student may have written any but the last."""

    FILE = "file"  # when it was last changed, or copied
    TIMESTAMP = "timestamp"  # nbgrader's `timestamp.txt`
    RECEIPT = "receipt"  # of `learn submit`
    SERVER = "server"  # the clock of whoever took it in

    @property
    def weight(self) -> int:
        return list(Evidence).index(self)

    @property
    def told(self) -> Text:
        """What it is called."""
        return _TOLD[self]


_TOLD = {
    Evidence.FILE: Text(en="the file's own time", zh="文件自身的时间"),
    Evidence.TIMESTAMP: Text(en="`timestamp.txt`", zh="`timestamp.txt` 中的时间"),
    Evidence.RECEIPT: Text(en="its receipt", zh="回执中的时间"),
    Evidence.SERVER: Text(en="the server's clock", zh="服务器的时间"),
}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When something was handed in.

    Attributes:
        problem: why better evidence that is there does not count, or this cannot be right.
    """

    at: datetime
    evidence: Evidence
    problem: str | None = None


def receipt_of(folder: Path) -> Receipt | None:
    """Returns the receipt in an attempt's folder of the inbox; None in any other folder.

    Raises:
        RefusedError: if it does not agree with what is beside it.
    """
    return read_receipt(folder) if _ATTEMPT.fullmatch(folder.name) else None


def moment_of(path: Path, root: Path) -> Moment:
    """Returns when a file without a receipt was handed in.

    Args:
        root: the student's folder: a `timestamp.txt` beside the file counts, or the nearest above it up to there.
    """
    problem = None
    for folder in folders_up_to(root, path):
        try:
            at = moment_in(read_regular_file(folder / _STAMP_NAME, _MAX_STAMP_BYTES))
            if not is_to_come(at):
                return Moment(at=at, evidence=Evidence.TIMESTAMP)
            problem = f"`{_STAMP_NAME}` tells a time that is yet to come: {at:%Y-%m-%d %H:%M} UTC."
        except RefusedError as error:
            problem = str(error)
        except UserError:  # there is none
            continue
        except ValueError as error:
            problem = f"`{_STAMP_NAME}` does not tell when it was handed in, since {error}."
        break
    changed = changed_at(path)
    if problem is None and is_to_come(changed):
        problem = "The file's own time is yet to come."
    return Moment(at=changed, evidence=Evidence.FILE, problem=problem)


def is_to_come(at: datetime) -> bool:
    """Whether a moment is later than any clock and time zone on earth can make of what has been."""
    return at > datetime.now(UTC) + _SLACK


def folders_up_to(root: Path, path: Path) -> Iterator[Path]:
    """Yields the folder that a file is in and those around it, up to the student's."""
    folder = path.parent
    yield folder
    while folder != root:
        folder = folder.parent
        yield folder


def changed_at(path: Path) -> datetime:
    """Returns when a file was last changed; 1970 if nobody knows."""
    seconds = 0.0
    with contextlib.suppress(OSError):
        seconds = path.lstat().st_mtime
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):  # a file system may hold any number
        return datetime.fromtimestamp(0, UTC)
