"""How long a tensor takes across the boundary, by its size, and what happens to one that is too large to cross."""

from __future__ import annotations

import functools
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.checks import Checks
from benchmarks.commands import NotMeasuredError
from benchmarks.generated import CROSSINGS, course_with_answer, course_with_argument
from benchmarks.growth import Place, points_of
from benchmarks.machine import first_core
from benchmarks.results import Curve, Point
from benchmarks.samples import Tell, Way
from grader.errors import SandboxError
from grader.models import Limits, Verdict
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.pool import Pool

__all__ = ["DoesNotCrossError", "crossing", "tensors_curve"]

_BYTES = (10**3, 10**4, 10**5, 10**6, 10**7, 6 * 10**7, 10**8)
_COURSES = {"sent to the candidate": course_with_argument, "sent back": course_with_answer}


class DoesNotCrossError(NotMeasuredError):
    """A value is over a cap of the boundary's."""


def tensors_curve(rounds: int, tell: Tell) -> Curve:
    """Measures single crossings. Raises NotMeasuredError if no sandbox can be brought up."""
    ways: dict[Place, Way] = {}
    notes: dict[float, list[str]] = {size: [] for size in _BYTES}
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        pool = opened.enter_context(Pool(lambda: DockerSandbox(Limits(), cpuset=str(first_core()))))
        for line, write in _COURSES.items():
            for size in _BYTES:
                way = functools.partial(crossing, write(folder / f"{line} {size}", size), pool)
                try:
                    way()
                    ways[Place(size, line)] = way
                except DoesNotCrossError as error:
                    notes[size].append(f"{line}: {error}")
        found = {point.at: point.values for point in points_of(ways, rounds, tell)}
    points = tuple(Point(at=at, values=found.get(at, {}), note="; ".join(note)) for at, note in notes.items())
    return Curve(title="Tensors across the boundary", x="bytes", y="seconds a crossing", points=points)


def crossing(checks: Checks, pool: Pool) -> float:
    """Returns the seconds of one crossing, as the examiner's clock around a test of some sees it.

    Raises:
        DoesNotCrossError: if the tensor is too large, with what is said then.
        NotMeasuredError: if no sandbox can be brought up.
    """
    try:
        answer = pool.grade(checks.job(checks.right))
    except SandboxError as error:
        raise NotMeasuredError(str(error)) from error
    if answer.problem is not None:  # a traceback, with the reason in its last line
        raise DoesNotCrossError(answer.problem.strip().rpartition("\n")[2].partition(": ")[2])
    result = answer.results[-1]
    if result.verdict is not Verdict.PASSED:
        raise DoesNotCrossError(f"{result.verdict}: {result.message.get('en', '')}")
    return result.duration_s / CROSSINGS
