"""One grading of a folder in a process of its own: `python -m benchmarks.batch FOLDER OUT SLUG JOBS [ADDRESS]`.

It does what `learn grade` does, on a Ray cluster if it gets the address of one, prints when each submission was done,
and which memory it took itself.
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
        looks_mib: what it had at each of its looks at what is left, in MiB.
        jobs: how many were judged at a time.
    """

    done_s: tuple[float, ...]
    command_mib: float
    looks_mib: tuple[float, ...]
    jobs: int

    @property
    def steady_s(self) -> float:
        """The seconds of a submission in the midst of it: the first ones bring up sandboxes and collect the suite."""
        skipped = min(2 * self.jobs, len(self.done_s) // 2)
        return (self.done_s[-1] - self.done_s[skipped - 1]) / (len(self.done_s) - skipped)


def _main(folder: str, out: str, slug: str, jobs: str, address: str | None = None) -> None:
    started = datetime.now(UTC)
    looks_mib: list[float] = []

    def look(_: int) -> None:
        looks_mib.append(_memory_mib("VmRSS"))

    options = BatchOptions(sandbox="docker", jobs=int(jobs), engine="ray" if address else "local", address=address)
    grade_folder(Course(ROOT), Path(folder), Path(out), None, (slug,), options, on_look=look)
    peak_mib = _memory_mib("VmHWM")  # this process's own; what it was forked from does not count
    with contextlib.closing(sqlite3.connect(Path(out) / "gradus.db")) as store:
        rows = store.execute("SELECT at, student, report FROM gradings ORDER BY at").fetchall()
    for _, student, report in rows:
        if not msgspec.json.decode(report, type=Report).is_full:
            sys.exit(f"{student} does not get full marks")
    done_s = tuple((datetime.fromisoformat(at) - started).total_seconds() for at, _, _ in rows)
    graded = Graded(done_s=done_s, command_mib=peak_mib, looks_mib=tuple(looks_mib), jobs=options.jobs)
    print(msgspec.json.encode(graded).decode())


def _memory_mib(name: str) -> float:
    """Returns what the kernel says of this process's memory by a name, as proc(5) has them."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / _KIB


if __name__ == "__main__":
    _main(*sys.argv[1:])
