"""How the time of a submission grows with its suite, its file and the jobs beside it."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

from benchmarks.bare import own_time
from benchmarks.checks import Checks
from benchmarks.generated import course_with_tests
from benchmarks.gradus import Warm
from benchmarks.machine import core_count, first_core, on_one_core
from benchmarks.results import Curve, Grader, Point
from benchmarks.samples import Tell, Way, alternate
from grader.sandbox.docker import DockerSandbox

__all__ = ["Place", "files_curve", "jobs_curve", "points_of", "tests_curve"]

_TESTS = (10, 30, 100, 300)
_FILE_KB = (20, 50, 100, 200, 500)
_BARE_RUNS = 5
_HELPER = '''

def _helper_{number}(x: Tensor, scale: float = {number}.0) -> Tensor:
    """Returns the tensor, scaled and shifted; no task needs it."""
    shifted = x * scale + {number}
    return torch.where(shifted > 0, shifted, -shifted)
'''


class Place(NamedTuple):
    """Where on which line of a curve something is measured."""

    at: float
    line: str

    def __str__(self) -> str:
        return f"{self.line}, {self.at:,.10g}"


def tests_curve(rounds: int, tell: Tell) -> Curve:
    """Raises NotMeasuredError, as all of these do."""
    with ExitStack() as opened:
        ways: dict[Place, Way] = {}
        for count in _TESTS:
            checks = course_with_tests(_folder(opened), count)
            ways[Place(count, Grader.DOCKER)] = _warm(checks, opened)
            ways[Place(count, Grader.BARE)] = on_one_core(functools.partial(own_time, checks, _BARE_RUNS))
        points = points_of(ways, rounds, tell)
    return Curve(title="Tests of a suite", x="tests", y="seconds a submission", points=points)


def files_curve(checks: Checks, rounds: int, tell: Tell) -> Curve:
    with ExitStack() as opened:
        ways: dict[Place, Way] = {}
        solution_kb = round(len(checks.right.encode()) / 1000, 1)
        ways[Place(solution_kb, Grader.DOCKER)] = _warm(checks, opened)
        for size_kb in _FILE_KB:
            ways[Place(size_kb, Grader.DOCKER)] = _warm(checks, opened, source=_padded(checks.right, size_kb * 1000))
        points = points_of(ways, rounds, tell)
    return Curve(title="Size of the file", x="KB of source", y="seconds a submission", points=points)


def jobs_curve(checks: Checks, rounds: int, tell: Tell) -> Curve:
    with ExitStack() as opened:
        ways: dict[Place, Way] = {}
        make = functools.partial(DockerSandbox, checks.assignment.limits)
        for jobs in _job_counts(core_count()):
            warm = opened.enter_context(closing(Warm(checks, make, jobs)))
            ways[Place(jobs, "Gradus, Docker")] = functools.partial(_rate, warm.seconds)
        points = points_of(ways, rounds, tell)
    return Curve(title="Jobs at a time", x="jobs", y="submissions a second", points=points)


def points_of(ways: Mapping[Place, Way], rounds: int, tell: Tell) -> tuple[Point, ...]:
    """Measures all places of a curve in turn."""
    taken = alternate(ways, rounds, tell)
    return tuple(
        Point(at=at, values={place.line: samples for place, samples in taken.items() if place.at == at})
        for at in sorted({place.at for place in ways})
    )


def _warm(checks: Checks, opened: ExitStack, source: str | None = None) -> Way:
    make = functools.partial(DockerSandbox, checks.assignment.limits, cpuset=str(first_core()))
    return on_one_core(opened.enter_context(closing(Warm(checks, make, source=source))).seconds)


def _rate(way: Way) -> float:
    return 1.0 / way()


def _job_counts(cores: int) -> list[int]:
    """Returns 1, 2, 4 and so on up to all cores."""
    powers = [2**power for power in range(cores.bit_length())]
    return sorted({*powers, cores})


def _padded(source: str, size: int) -> str:
    """Returns the source with helpers that nothing needs, so that it has about so many bytes."""
    number = 0
    parts = [source]
    length = len(source.encode())
    while length < size:
        number += 1
        parts.append(_HELPER.format(number=number))
        length += len(parts[-1])
    return "".join(parts)


def _folder(opened: ExitStack) -> Path:
    return Path(opened.enter_context(tempfile.TemporaryDirectory()))
