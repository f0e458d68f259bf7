"""How long judging took: recorded from the store of a class that was graded, never made up."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime, timedelta
from itertools import groupby

import msgspec
from sqlalchemy import select

from benchmarks.commands import NotMeasuredError
from benchmarks.machine import Machine, commit, this_machine
from benchmarks.samples import timed
from grader.classroom.store.database import Database
from grader.classroom.store.tables import gradings
from grader.errors import SandboxError
from grader.models import Limits, Report, Value
from grader.sandbox.docker import DockerSandbox

__all__ = ["Durations", "Recorded", "Stretch", "recorded_of", "starts", "stretches"]


class Durations(Value, frozen=True, kw_only=True):
    """Seconds that judging one assignment took.

    Attributes:
        first_s: the first in each container, which collects the suite; empty if none was kept apart.
        later_s: all others.
    """

    first_s: tuple[float, ...] = ()
    later_s: tuple[float, ...]

    @property
    def mean_s(self) -> float:
        return statistics.fmean(self.first_s + self.later_s)


class Recorded(Value, frozen=True, kw_only=True):
    """A class that was graded by one command.

    Attributes:
        slots: how many submissions were judged at a time.
        start_s: how long a container took until it could judge, a sample each.
        span_s: from the beginning of the first judging to the end of the last.
        durations: by assignment, in the order in which they were judged.
    """

    machine: Machine
    commit: str
    date: str
    slots: int
    start_s: tuple[float, ...]
    span_s: float
    durations: dict[str, Durations]

    @property
    def count(self) -> int:
        return sum(len(one.first_s) + len(one.later_s) for one in self.durations.values())

    @property
    def mean_s(self) -> float:
        """Seconds of a slot that a submission takes, over all assignments as they were handed in."""
        return self.total_s / self.count

    @property
    def total_s(self) -> float:
        return sum(sum(one.first_s + one.later_s) for one in self.durations.values())


class Stretch(Value, frozen=True, kw_only=True):
    """When a submission was judged."""

    assignment: str
    began: datetime
    ended: datetime

    @property
    def seconds(self) -> float:
        return (self.ended - self.began).total_seconds()


def stretches(database: Database) -> list[Stretch]:
    """Returns when each grading of a store was judged, in that order.

    Raises:
        NotMeasuredError: if nothing was graded.
    """
    with database.transaction() as connection:
        rows = connection.execute(select(gradings.c.assignment, gradings.c.at, gradings.c.report)).all()
    if not rows:
        raise NotMeasuredError(f"Nothing was graded in the store `{database.url}`.")
    return sorted((_stretch(*row) for row in rows), key=lambda one: one.began)


def _stretch(assignment: str, at: str, report: bytes) -> Stretch:
    ended = datetime.fromisoformat(at)
    took = timedelta(seconds=msgspec.json.decode(report, type=Report).duration_s)
    return Stretch(assignment=assignment, began=ended - took, ended=ended)


def recorded_of(found: list[Stretch], slots: int, start_s: tuple[float, ...]) -> Recorded:
    """Returns what was judged by one command, so many at a time."""
    by_assignment = groupby(sorted(found, key=lambda one: one.assignment), key=lambda one: one.assignment)
    seconds = {slug: tuple(one.seconds for one in stretch) for slug, stretch in by_assignment}
    return Recorded(
        machine=this_machine(),
        commit=commit(),
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        slots=slots,
        start_s=start_s,
        span_s=(max(one.ended for one in found) - found[0].began).total_seconds(),
        durations={slug: Durations(first_s=all_s[:slots], later_s=all_s[slots:]) for slug, all_s in seconds.items()},
    )


def starts(rounds: int) -> tuple[float, ...]:
    """Returns how long a container took to start, each after the last was gone.

    Raises:
        NotMeasuredError: if it does not.
    """
    try:
        return tuple(_start_s() for _ in range(rounds))
    except SandboxError as error:
        raise NotMeasuredError(str(error)) from error


def _start_s() -> float:
    sandbox = DockerSandbox(Limits())
    try:
        return timed(sandbox.start)
    finally:
        sandbox.close()
