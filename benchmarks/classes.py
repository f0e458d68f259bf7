"""Whole classes: how time and memory grow with the submissions of one assignment, and a sample class with all."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from docker.errors import DockerException

from benchmarks.batch import Graded
from benchmarks.checks import Checks
from benchmarks.commands import NotMeasuredError, run, seconds_of
from benchmarks.gradus import LEARN
from benchmarks.machine import core_count
from benchmarks.results import Curve, Point
from benchmarks.samples import Tell
from grader.errors import SandboxError
from grader.sandbox.docker import CONTAINER_LABEL
from grader.sandbox.image import connect

__all__ = ["class_curve", "submissions_curves"]

_SUBMISSIONS = (10, 30, 100, 300, 1000)
_POLL_S = 1.0
_MIB = 2**20


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
        skipped = min(2 * core_count(), count // 2)  # those that bring up the sandboxes and collect the suite
        steady_s = (done_s[-1] - done_s[skipped - 1]) / (len(done_s) - skipped)
        whole_s = done_s[-1] / len(done_s)
        times.append(_point(count, {"in the midst of it": steady_s, "its start included": whole_s}))
        memory.append(_point(count, {"the command": graded.command_mib, "the largest container": container_mib}))
    return {
        "time": Curve(title="Submissions", x="submissions", y="seconds a submission", points=tuple(times)),
        "memory": Curve(title="Submissions and memory", x="submissions", y="MiB", points=tuple(memory)),
    }


def class_curve(students: int, tell: Tell) -> Curve:
    """Grades a sample class with all assignments as `learn grade` does; wrong answers and endless loops are among them.

    Raises:
        NotMeasuredError: if it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        tell(f"a class of {students} students")
        run([*LEARN, "sample-class", "--students", str(students), "--seed", "1", "--into", f"{folder}/class"])
        arguments = [f"{folder}/class", "--out", f"{folder}/grades", "--jobs", str(core_count())]
        seconds = seconds_of([*LEARN, "grade", *arguments, "--sandbox", "docker"])
    points = (_point(students, {"`learn grade`": seconds}),)
    return Curve(title="A class with all assignments", x="students", y="seconds", points=points)


def _point(at: float, values: dict[str, float]) -> Point:
    return Point(at=at, values={name: (value,) for name, value in values.items()})


def _graded(checks: Checks, count: int) -> tuple[Graded, float]:
    """Returns what a grading took, and the most memory that one of its containers had, in MiB."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        for number in range(count):
            path = folder / "class" / f"student-{number:04}" / checks.assignment.file_name
            path.parent.mkdir(parents=True)
            path.write_text(f"{checks.right}\n# handed in by student {number}\n", encoding="utf-8")
        peaks = opened.enter_context(_container_memory())
        what = [str(folder / "class"), str(folder / "grades"), checks.assignment.slug, str(core_count())]
        printed = run([LEARN[0], "-m", "benchmarks.batch", *what])
    return msgspec.json.decode(printed, type=Graded), max(peaks, default=0.0)


@contextmanager
def _container_memory() -> Iterator[list[float]]:
    """Looks now and then at the memory of the sandboxes that come up meanwhile; the list is filled as it goes, in MiB.

    Raises:
        NotMeasuredError: if no Docker engine answers.
    """
    found: list[float] = []
    ended = threading.Event()
    try:
        client = connect()
        before = {container.id for container in client.containers.list(filters={"label": CONTAINER_LABEL})}
    except (SandboxError, DockerException) as error:
        raise NotMeasuredError(str(error)) from error

    def look() -> None:
        while not ended.wait(_POLL_S):
            with suppress(DockerException, KeyError, ValueError):  # it is just coming up or going away
                for container in client.containers.list(filters={"label": CONTAINER_LABEL}):
                    if container.id not in before:
                        found.append(_used_mib(container.stats(stream=False, one_shot=True)["memory_stats"]))

    looker = threading.Thread(target=look)
    looker.start()
    try:
        yield found
    finally:
        ended.set()
        looker.join()
        client.close()


def _used_mib(stats: dict[str, Any]) -> float:
    """Returns what a container uses without the files that the kernel keeps for later, as `docker stats` tells it."""
    details = stats["stats"]
    kept = details.get("total_inactive_file", details.get("inactive_file", 0))  # of either version of control groups
    return float(stats["usage"] - kept) / _MIB
