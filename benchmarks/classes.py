"""Whole classes: how time and memory grow with the submissions of one assignment, and a sample class with all."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

import msgspec

from benchmarks.batch import Graded
from benchmarks.checks import Checks
from benchmarks.commands import run, seconds_of
from benchmarks.gradus import LEARN
from benchmarks.machine import core_count
from benchmarks.memory import container_memory, run_watched
from benchmarks.results import Curve, Point
from benchmarks.samples import Tell

__all__ = ["class_curves", "hand_in", "submissions_curves"]

_SUBMISSIONS = (10, 30, 100, 300, 1000)
_MOMENTS = 20


def submissions_curves(checks: Checks, most: int, tell: Tell) -> dict[str, Curve]:
    """Returns how time and memory grow with the submissions that one command grades on all cores.

    Raises:
        NotMeasuredError: if it fails, or one does not get full marks.
    """
    times: list[Point] = []
    memory: list[Point] = []
    for count in [count for count in _SUBMISSIONS if count < most] + [most]:
        tell(f"{count} submissions")
        graded, container_mib = _graded(checks, count)
        done_s = graded.done_s
        whole_s = done_s[-1] / len(done_s)
        times.append(_point(count, {"in the midst of it": graded.steady_s, "its start included": whole_s}))
        memory.append(_point(count, {"the command": graded.command_mib, "the largest container": container_mib}))
    return {
        "time": Curve(title="Submissions", x="submissions", y="seconds a submission", points=tuple(times)),
        "memory": Curve(title="Submissions and memory", x="submissions", y="MiB", points=tuple(memory)),
    }


def class_curves(students: int, tell: Tell) -> dict[str, Curve]:
    """Grades a sample class with all assignments as `learn grade` does; wrong answers and endless loops are among them.

    Raises:
        NotMeasuredError: if it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        tell(f"writing a class of {students} students")
        sample = ["sample-class", "--students", str(students), "--seed", "1", "--into", f"{folder}/class"]
        writing_s = seconds_of([*LEARN, *sample])
        tell("grading it")
        arguments = [f"{folder}/class", "--out", f"{folder}/grades", "--jobs", str(core_count())]
        watched = run_watched([*LEARN, "grade", *arguments, "--sandbox", "docker"])
    time = _point(students, {"`learn grade`": watched.seconds, "`learn sample-class`": writing_s})
    moments = [watched.at(number / _MOMENTS) for number in range(1, _MOMENTS + 1)]
    memory = [
        _point(100 * number / _MOMENTS, {"the command": one.command_mib, "the largest container": one.container_mib})
        for number, one in enumerate(moments, 1)
    ]
    title = f"Memory while {students:,} students are graded"
    return {
        "class": Curve(title="A class with all assignments", x="students", y="seconds", points=(time,)),
        "memory": Curve(title=title, x="percent of the run", y="MiB", points=tuple(memory)),
    }


def hand_in(checks: Checks, folder: Path, count: int) -> None:
    """Writes so many right submissions, no two of which are the same."""
    for number in range(count):
        path = folder / f"student-{number:04}" / checks.assignment.file_name
        path.parent.mkdir(parents=True)
        path.write_text(f"{checks.right}\n# handed in by student {number}\n", encoding="utf-8")


def _point(at: float, values: dict[str, float]) -> Point:
    return Point(at=at, values={name: (value,) for name, value in values.items()})


def _graded(checks: Checks, count: int) -> tuple[Graded, float]:
    """Returns what a grading took, and the most memory that one of its containers had, in MiB."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        hand_in(checks, folder / "class", count)
        peaks = opened.enter_context(container_memory())
        what = [str(folder / "class"), str(folder / "grades"), checks.assignment.slug, str(core_count())]
        printed = run([LEARN[0], "-m", "benchmarks.batch", *what])
    return msgspec.json.decode(printed, type=Graded), max(peaks, default=0.0)
