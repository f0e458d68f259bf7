"""One grading of a folder in a process of its own: `python -m benchmarks.batch FOLDER OUT SLUG JOBS`.

It does what `learn grade` does, prints when each submission was done, and which memory it took itself.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import msgspec

from benchmarks.commands import ROOT
from grader.classroom.batch import Done
from grader.classroom.classroom import grade_folder
from grader.classroom.work import BatchOptions
from grader.course.course import Course
from grader.models import Value

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
    done_s: list[float] = []
    started = time.perf_counter()

    def note(done: Done) -> None:
        if done.report is None or not done.report.is_full:
            sys.exit(f"{done.work.key.student} does not get full marks")
        done_s.append(time.perf_counter() - started)

    options = BatchOptions(sandbox="docker", jobs=int(jobs))
    grade_folder(Course(ROOT), Path(folder), Path(out), None, (slug,), options, on_done=note)
    print(msgspec.json.encode(Graded(done_s=tuple(done_s), command_mib=_peak_mib())).decode())


def _peak_mib() -> float:
    """Returns the most memory that was this process's own; what it was forked from does not count."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / _KIB


if __name__ == "__main__":
    _main(*sys.argv[1:])
