"""One grading of a folder in a process of its own: `python -m benchmarks.batch FOLDER OUT SLUG JOBS`.

It does what `learn grade` does, prints when each submission was done, and which memory it took itself.
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks.commands import ROOT
from grader.classroom.classroom import grade_folder
from grader.classroom.work import BatchOptions
from grader.course.course import Course
from grader.models import Report, Value

__all__ = ["Graded"]

_KIB = 1024


class Graded(Value, frozen=True, kw_only=True):
    """What a grading took.

    Attributes:
        done_s: when each submission was done, from the start of the grading.
        command_mib: the most memory that the command had at a time.
    """

    done_s: tuple[float, ...]
    command_mib: float


def _main(folder: str, out: str, slug: str, jobs: str) -> None:
    started = datetime.now(UTC)
    options = BatchOptions(sandbox="docker", jobs=int(jobs))
    grade_folder(Course(ROOT), Path(folder), Path(out), None, (slug,), options)
    peak_mib = _peak_mib()
    with contextlib.closing(sqlite3.connect(Path(out) / "gradus.db")) as store:
        rows = store.execute("SELECT at, student, report FROM gradings ORDER BY at").fetchall()
    for _, student, report in rows:
        if not msgspec.json.decode(report, type=Report).is_full:
            sys.exit(f"{student} does not get full marks")
    done_s = tuple((datetime.fromisoformat(at) - started).total_seconds() for at, _, _ in rows)
    print(msgspec.json.encode(Graded(done_s=done_s, command_mib=peak_mib)).decode())


def _peak_mib() -> float:
    """Returns the most memory that was this process's own; what it was forked from does not count."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / _KIB


if __name__ == "__main__":
    _main(*sys.argv[1:])
