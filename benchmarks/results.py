"""What was measured, as it is kept in `latest.json`: every sample, and what was made of them.

Parts that are measured again replace their old selves; those of another machine are dropped.
"""

from __future__ import annotations

import statistics
from enum import StrEnum
from pathlib import Path

import msgspec

from benchmarks.machine import Machine
from benchmarks.samples import median_ratio
from grader.models import Value

__all__ = ["Comparison", "Curve", "Grader", "Part", "Point", "Results", "read", "write"]


class Grader(StrEnum):
    """The ways to judge a submission that are measured in turn, and what they are held against."""

    DOCKER = "Gradus, Docker, one core"
    ALL_CORES = "Gradus, Docker, all cores"
    LOCAL = "`learn grade --engine local`, all cores"
    RAY = "`learn grade --engine ray`, all cores"
    PROCESS = "Gradus, process sandbox, one core"
    CHECK = "`learn check`, cold"
    WATCH = "`learn watch`, from save to verdict"
    NBGRADER = "`nbgrader autograde`"
    OTTER = "`otter run`"
    DOCKER_PYTEST = "`docker run ... pytest`"
    PYTEST = "`pytest`, a new process"
    BARE = "the tests alone, in a warm process"
    COLD = "`import torch` and the tests, in one process"
    IMPORT = "`import torch`"


class Comparison(Value, frozen=True, kw_only=True):
    """Ways that were measured in turn.

    Attributes:
        seconds: of a submission, one sample a round.
        ratios: how many times as long as `Grader.DOCKER` each took, the median over rounds.
        missing: why others were not measured.
    """

    seconds: dict[str, tuple[float, ...]]
    medians: dict[str, float]
    ratios: dict[str, float]
    missing: dict[str, str] = {}

    @classmethod
    def of(cls, seconds: dict[str, tuple[float, ...]], missing: dict[str, str] | None = None) -> Comparison:
        base = seconds.get(Grader.DOCKER)
        return cls(
            seconds=seconds,
            medians={name: statistics.median(samples) for name, samples in seconds.items()},
            ratios={} if base is None else {name: median_ratio(samples, base) for name, samples in seconds.items()},
            missing=missing or {},
        )


class Point(Value, frozen=True, kw_only=True):
    """One place of a curve.

    Attributes:
        values: samples by the name of the line.
        note: what happened instead, where there is no sample.
    """

    at: float
    values: dict[str, tuple[float, ...]]
    note: str = ""


class Curve(Value, frozen=True, kw_only=True):
    """How something grows.

    Attributes:
        x: what is varied, with its unit.
        y: what is measured, with its unit.
    """

    title: str
    x: str
    y: str
    points: tuple[Point, ...]

    @property
    def lines(self) -> list[str]:
        return list(dict.fromkeys(name for point in self.points for name in point.values))

    def line(self, name: str) -> dict[float, float]:
        """Returns the medians of one line by place."""
        return {point.at: statistics.median(point.values[name]) for point in self.points if name in point.values}


class Part(Value, frozen=True, kw_only=True):
    """What one name of the command line measures."""

    commit: str
    date: str
    comparisons: dict[str, Comparison] = {}
    curves: dict[str, Curve] = {}


class Results(Value, frozen=True, kw_only=True):
    format_version: int = 1
    machine: Machine
    parts: dict[str, Part] = {}

    def with_part(self, name: str, part: Part) -> Results:
        return msgspec.structs.replace(self, parts={**self.parts, name: part})


def read(path: Path, machine: Machine) -> Results:
    """Returns what was measured on this machine before; nothing if it was another, or does not read."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Results)
    except (FileNotFoundError, msgspec.DecodeError):
        return Results(machine=machine)
    return found if found.machine == machine else Results(machine=machine)


def write(results: Results, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")
