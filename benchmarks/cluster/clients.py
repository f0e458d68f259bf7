"""Clients of the store, each a process, that do what a command or a worker asks of it as fast as they can."""

from __future__ import annotations

import multiprocessing.queues
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.context import ForkContext, ForkProcess
from multiprocessing.synchronize import Barrier
from typing import NamedTuple, TypeAlias

from sqlalchemy import Engine, event

from benchmarks.cluster.costs import Kind
from benchmarks.cluster.graded import SCOPE
from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database
from grader.classroom.store.queue import Queue, Taken
from grader.classroom.store.tables import claims
from grader.models import Report

__all__ = ["Client", "Found", "Load", "Results", "start_clients"]

Results: TypeAlias = "multiprocessing.queues.Queue[Found]"
"""One of each client, for one kind after the other."""

_MISSES = 100


@dataclass(frozen=True, kw_only=True)
class Load:
    """What clients do: each kind for so many seconds, with a connection each.

    Attributes:
        idle_url: of a store in which nothing waits.
        reports: what they keep of each submission, by its assignment.
    """

    url: str
    idle_url: str
    connections: int
    reports: dict[str, Report]
    seconds: float


class Found(NamedTuple):
    """What a client found of one kind: how long each took and held the audit log, and how many of them got nothing."""

    latencies: list[float]
    locks: list[float]
    missed: int


class Client:
    """Does what one worker does, a transaction a call; each way returns whether it got or did anything.

    Used as a context, during which it notes how long each transaction holds the lock of the audit log.

    Args:
        idle: a store in which nothing waits, where it asks in vain.
    """

    def __init__(self, database: Database, idle: Database, reports: dict[str, Report]) -> None:
        self._database = database
        self._reports = reports
        self._claims = Claims(database)
        self._queue = Queue(database, self._claims)
        self._idle_queue = Queue(idle, Claims(idle))
        self._held = f"held by {self._claims.owner}"
        with database.transaction() as connection:
            self._claims.take(connection, self._held)
        self._taken: deque[Taken] = deque()
        self._locked = 0.0
        self.locks: list[float] = []
        self.ways: dict[Kind, Callable[[], bool]] = {
            Kind.TAKE: self._take,
            Kind.POLL: self._poll,
            Kind.TIDY: self._tidy,
            Kind.COUNT: self._count,
            Kind.RENEW: self._renew,
            Kind.KEEP: self._keep,
        }

    def __enter__(self) -> Client:
        event.listen(Engine, "after_cursor_execute", self._note_lock)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "after_cursor_execute", self._note_lock)

    def _note_lock(self, connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("LOCK TABLE audit"):
            self._locked = time.perf_counter()

    def _take(self) -> bool:
        taken = self._queue.take(SCOPE)
        if taken is not None:
            self._taken.append(taken)
        return taken is not None

    def _poll(self) -> bool:
        return self._idle_queue.take(SCOPE) is None

    def _tidy(self) -> bool:
        return self._claims.free_what_is_over() == 0

    def _count(self) -> bool:
        return self._queue.waiting(SCOPE) > 0

    def _renew(self) -> bool:
        with self._database.transaction() as connection:
            later = {"expires_at": claims.c.expires_at}
            return connection.execute(claims.update().where(claims.c.key == self._held).values(**later)).rowcount == 1

    def _keep(self) -> bool:
        if not self._taken:
            return False
        taken = self._taken.popleft()
        is_kept = self._queue.keep(taken, self._reports[taken.pending.key.assignment])
        self.locks.append(time.perf_counter() - self._locked)
        return is_kept


def start_clients(context: ForkContext, load: Load, barrier: Barrier, results: Results) -> list[ForkProcess]:
    """Starts clients that wait at the barrier before each kind, and then do it for as long as is asked."""

    def run() -> None:
        with (
            Database(load.url) as database,
            Database(load.idle_url) as idle,
            Client(database, idle, load.reports) as client,
        ):
            for kind in Kind:
                barrier.wait()
                results.put(_measured(client, kind, load.seconds))

    clients = [context.Process(target=run, daemon=True) for _ in range(load.connections)]
    for process in clients:
        process.start()
    return clients


def _measured(client: Client, kind: Kind, seconds: float) -> Found:
    """Calls until the time is over, or nothing was got several times in a row: nothing is left."""
    latencies: list[float] = []
    missed, in_a_row = 0, 0
    ends = time.perf_counter() + seconds
    began = time.perf_counter()
    while began < ends and in_a_row < _MISSES:
        got = client.ways[kind]()
        now = time.perf_counter()
        latencies.append(now - began)
        began = now
        in_a_row = 0 if got else in_a_row + 1
        missed += not got
    latencies = latencies[: len(latencies) - in_a_row]
    return Found(latencies=latencies, locks=client.locks if kind is Kind.KEEP else [], missed=missed - in_a_row)
