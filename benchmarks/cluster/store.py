"""The store of a simulated cluster: transactions that wait for a core, for the audit log's lock and for the disk."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import simpy

from benchmarks.cluster.costs import Kind, StoreCosts

__all__ = ["COUNT_S", "POLL_S", "RENEW_S", "TIDY_S", "SimulatedStore", "StoreModel"]

POLL_S, COUNT_S, TIDY_S, RENEW_S = 0.5, 0.5, 5.0, 15.0
_STEPS = 3  # of a fixed point, from the last one on

Steps = Generator[simpy.Event, Any, None]


@dataclass(frozen=True, kw_only=True)
class StoreModel:
    """What a transaction takes.

    Attributes:
        cores: of the store's machine.
        core_s: what one takes of a core.
        wait_s: what it waits besides, for the disk and its client, while the core serves others.
        count_s: what a count takes of a core for each submission that waits.
        lock_s: how long one that keeps a result holds the audit log, whose entries are chained one behind the other;
            0 if the log could be written by many at a time.
    """

    cores: int
    core_s: dict[Kind, float]
    wait_s: dict[Kind, float]
    count_s: float
    lock_s: float

    @classmethod
    def of(cls, costs: StoreCosts, cores: int) -> StoreModel:
        """Takes how long a lock is held and what is waited for from one connection, which waits for nobody else."""
        core_s = {kind: costs.core_s(kind) for kind in Kind}
        count_s = core_s[Kind.COUNT] / costs.waiting
        wait_s = {kind: max(0.0, one.median_s - one.core_s) for kind in Kind for one in (costs.alone(kind),)}
        return cls(cores=cores, core_s=core_s, wait_s=wait_s, count_s=count_s, lock_s=costs.alone(Kind.KEEP).lock_s)

    @property
    def most_a_second(self) -> float:
        """Returns how many submissions can be taken and kept, whichever of the lock and the cores ends it."""
        both_s = self.core_s[Kind.TAKE] + self.core_s[Kind.KEEP]
        return min(1.0 / self.lock_s if self.lock_s else math.inf, self.cores / both_s)


class SimulatedStore:
    """Serves transactions in the order in which they come."""

    def __init__(self, env: simpy.Environment, model: StoreModel) -> None:
        self._env = env
        self._model = model
        self._cores = simpy.Resource(env, model.cores)
        self._audit = simpy.Resource(env, 1)
        self._slower = 1.0
        self._beside = 0.0
        self._beside_since_s = 0.0
        self._beside_core_s = 0.0
        self._core_s = 0.0

    def take(self) -> Steps:
        yield from self._compute(Kind.TAKE)
        yield self._env.timeout(self._model.wait_s[Kind.TAKE])

    def keep(self) -> Steps:
        """Computes and waits, the last part of it while it holds the lock."""
        yield from self._compute(Kind.KEEP)
        yield self._env.timeout(max(0.0, self._model.wait_s[Kind.KEEP] - self._model.lock_s))
        with self._audit.request() as lock:
            yield lock
            yield self._env.timeout(self._model.lock_s * self._slower)

    def set_beside(self, *, idle: int, workers: int, waiting: int) -> None:
        """Says what goes on beside takes and keeps from now on.

        Args:
            idle: how many slots ask in vain.
            workers: how many renew their claims and free what is claimed by nobody.
            waiting: how many submissions are not done, which one command counts.
        """
        self._settle()
        core_s = self._model.core_s
        asks = (
            (idle, core_s[Kind.POLL], POLL_S),
            (1, waiting * self._model.count_s, COUNT_S),
            (workers, core_s[Kind.TIDY], TIDY_S),
            (workers, core_s[Kind.RENEW], RENEW_S),
        )
        for _ in range(_STEPS):
            at_it = sum(many * _share(one_s * self._slower, period_s) for many, one_s, period_s in asks)
            self._slower = max(1.0, (at_it + 1.0) / self._model.cores)
        self._beside = min(self._model.cores, at_it / self._slower)

    def used(self) -> float:
        """Returns the share of the cores' time that was used so far."""
        self._settle()
        return min(1.0, (self._core_s + self._beside_core_s) / (self._model.cores * self._env.now))

    def _settle(self) -> None:
        self._beside_core_s += self._beside * (self._env.now - self._beside_since_s)
        self._beside_since_s = self._env.now

    def _compute(self, kind: Kind) -> Steps:
        """All that is at it at a time shares the cores evenly."""
        core_s = self._model.core_s[kind]
        with self._cores.request() as core:
            yield core
            yield self._env.timeout(core_s * self._slower)
        self._core_s += core_s


def _share(busy_s: float, rest_s: float) -> float:
    """Returns the share of its time that something is at it which rests in between."""
    return busy_s / (busy_s + rest_s)
