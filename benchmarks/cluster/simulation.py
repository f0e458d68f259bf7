"""Simulates a cluster event by event: workers take submissions from a store, judge them, and nodes fail under them.

It follows the rules of `grader.classroom.store`: a claim that is not renewed ends after a minute; what was lost comes
after everything else, and the rest one assignment after the other; what was taken three times is given up.
"""

from __future__ import annotations

import random
from bisect import bisect_left, insort
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, cast

import simpy

from benchmarks.cluster.recorded import Durations
from benchmarks.cluster.store import POLL_S, RENEW_S, SimulatedStore, StoreModel
from grader.classroom.store.queue import MOST_TRIES

__all__ = ["Cluster", "Failures", "Outcome", "Submission", "simulate"]

LEASE_S = 60.0
_DAY_S = 24 * 3600.0


@dataclass(frozen=True, kw_only=True)
class Failures:
    """How nodes fail, each for itself: after exponential times, with all that they were judging.

    Attributes:
        a_node_day: how often.
        restarting: the share that is back after `restart_s`; the others after `repair_s`.
    """

    a_node_day: float = 0.0
    restarting: float = 0.75
    restart_s: float = 300.0
    repair_s: float = 4 * 3600.0


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Attributes: `start_s` is how long a slot's container takes to start, `durations` are by assignment."""

    nodes: int
    slots: int
    store: StoreModel
    durations: dict[str, Durations]
    start_s: float
    failures: Failures = Failures()


@dataclass(kw_only=True)
class Submission:
    """A submission on its way.

    Attributes:
        number: which no other has.
        place: between 0 and 1, which of the recorded durations is its own.
        done_s: when its result was kept, or it was given up.
    """

    number: int
    assignment: str
    arrives_s: float
    place: float
    takes: int = 0
    done_s: float | None = None
    is_graded: bool = False


@dataclass(kw_only=True)
class Outcome:
    """Attributes: `used` is the share of the store's cores' time, until the last submission was done."""

    submissions: Sequence[Submission]
    node_failures: int
    lost_s: float
    ended_s: float
    used: float


def simulate(cluster: Cluster, submissions: Sequence[Submission], rng: random.Random) -> Outcome:
    """Runs until every submission was graded or given up; the same seed gives the same outcome.

    Args:
        submissions: in the order in which they arrive.
    """
    return _Simulation(cluster, submissions, rng).run()


Process = Generator[simpy.Event, Any, None]


@dataclass(order=True, kw_only=True)
class _Idle:
    """A slot that asks for work again and again, at a moment of its own."""

    moment: float
    number: int
    asked: simpy.Event = field(compare=False)


class _Simulation:
    def __init__(self, cluster: Cluster, submissions: Sequence[Submission], rng: random.Random) -> None:
        self._cluster = cluster
        self._submissions = submissions
        self._rng = rng
        self._env = simpy.Environment()
        self._store = SimulatedStore(self._env, cluster.store)
        self._pending: list[tuple[int, str, int, Submission]] = []
        self._idle: list[_Idle] = []
        self._asks = 0
        self._workers = 0
        self._waiting = 0
        self._left = len(submissions)
        self._is_over = self._env.event()
        self._node_failures = 0
        self._lost_s = 0.0

    def run(self) -> Outcome:
        self._env.process(self._arrive())
        for _ in range(self._cluster.nodes):
            self._env.process(self._live())
        self._env.run(until=self._is_over)
        return Outcome(
            submissions=self._submissions,
            node_failures=self._node_failures,
            lost_s=self._lost_s,
            ended_s=self._env.now,
            used=self._store.used(),
        )

    def _arrive(self) -> Process:
        for one in self._submissions:
            if one.arrives_s > self._env.now:
                yield self._env.timeout(one.arrives_s - self._env.now)
            self._waiting += 1
            self._offer(one)

    def _live(self) -> Process:
        """One node, up and down by turns."""
        failures = self._cluster.failures
        while True:
            self._count_workers(1)
            since_s = self._env.now
            slots = [self._env.process(self._work(since_s)) for _ in range(self._cluster.slots)]
            if not failures.a_node_day:
                return
            yield self._env.timeout(self._rng.expovariate(failures.a_node_day / _DAY_S))
            self._node_failures += 1
            self._count_workers(-1)
            for slot in slots:
                slot.interrupt()
            is_short = self._rng.random() < failures.restarting
            yield self._env.timeout(failures.restart_s if is_short else failures.repair_s)

    def _work(self, since_s: float) -> Process:
        """One slot of a worker that began at `since_s`, until its node fails."""
        collected: set[str] = set()
        one, taken_s = None, 0.0
        try:
            yield self._env.timeout(self._cluster.start_s)
            while True:
                one = heappop(self._pending)[-1] if self._pending else (yield from self._ask())
                taken_s = self._env.now
                yield from self._store.take()
                if one.takes == MOST_TRIES:
                    self._end(one, is_graded=False)
                    continue
                one.takes += 1
                yield self._env.timeout(self._judging_s(one, collected))
                yield from self._store.keep()
                self._end(one, is_graded=True)
                one = None
        except simpy.Interrupt:
            if one is not None:
                self._env.process(self._free(one, taken_s, since_s))

    def _ask(self) -> Generator[simpy.Event, Any, Submission]:
        """Asks until there is something."""
        self._asks += 1
        idle = _Idle(moment=self._env.now % POLL_S, number=self._asks, asked=self._env.event())
        insort(self._idle, idle)
        self._tell_store()
        try:
            one: Submission = yield idle.asked
            yield self._env.timeout((idle.moment - self._env.now) % POLL_S)
        except simpy.Interrupt:
            if idle.asked.triggered:
                self._offer(cast(Submission, idle.asked.value))
            else:
                self._idle.remove(idle)
                self._tell_store()
            raise
        return one

    def _offer(self, one: Submission) -> None:
        """Lets a submission be taken: by the slot that asks next, or else in its turn by the first that is through."""
        if not self._idle:
            heappush(self._pending, (one.takes, one.assignment, one.number, one))
            return
        place = bisect_left(self._idle, self._env.now % POLL_S, key=lambda idle: idle.moment)
        self._idle.pop(place % len(self._idle)).asked.succeed(one)
        self._tell_store()

    def _judging_s(self, one: Submission, collected: set[str]) -> float:
        """Returns what was recorded of the first in a container, which collects the suite, or of the others."""
        durations = self._cluster.durations[one.assignment]
        is_first = one.assignment not in collected
        collected.add(one.assignment)
        recorded_s = durations.first_s if is_first and durations.first_s else durations.later_s
        return recorded_s[int(one.place * len(recorded_s))]

    def _free(self, one: Submission, taken_s: float, since_s: float) -> Process:
        """Ends the claim of a node that is gone when its lease is over."""
        self._lost_s += self._env.now - taken_s
        renewed_s = self._env.now - (self._env.now - since_s) % RENEW_S
        yield self._env.timeout(max(taken_s, renewed_s) + LEASE_S - self._env.now)
        self._offer(one)

    def _end(self, one: Submission, *, is_graded: bool) -> None:
        assert one.done_s is None, "what was judged is not judged again"
        one.done_s, one.is_graded = self._env.now, is_graded
        self._left -= 1
        self._waiting -= 1
        self._tell_store()
        if not self._left:
            self._is_over.succeed()

    def _count_workers(self, change: int) -> None:
        self._workers += change
        self._tell_store()

    def _tell_store(self) -> None:
        self._store.set_beside(idle=len(self._idle), workers=self._workers, waiting=self._waiting)
