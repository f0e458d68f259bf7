"""What the store's transactions cost: many clients do one kind after the other on a PostgreSQL with its defaults.

Each commit is on disk before the next begins. The clients run on the machine of the server and take their share of it.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from benchmarks.cluster.clients import Found, Load, Results, start_clients
from benchmarks.cluster.costs import Cost, Kind, StoreCosts
from benchmarks.cluster.graded import Graded, fill, let_wait
from benchmarks.machine import commit, this_machine
from benchmarks.postgresql import Server, server
from benchmarks.samples import Tell
from grader.classroom.store.database import Database

__all__ = ["costs_of"]

_CONNECTIONS = (1, 8, 32)
_ARRIVING, _WAITING, _CLAIMED = 1_000, 100_000, 800
_PATIENCE_S = 60.0  # for a client that failed
_TICKS = os.sysconf("SC_CLK_TCK")
_ARRIVAL_TABLES, _RESULT_TABLES = ("attempts", "origins", "sources"), ("gradings", "audit")


def costs_of(
    samples: list[Graded],
    seconds: float,
    tell: Tell,
    *,
    several: tuple[int, ...] = _CONNECTIONS,
    waiting: int = _WAITING,
) -> StoreCosts:
    """Measures every kind of transaction for so many seconds under each number of connections.

    Args:
        several: these numbers.
        waiting: how many submissions wait.

    Raises:
        NotMeasuredError: if PostgreSQL's server is not installed.
    """
    found: dict[Kind, list[Cost]] = {kind: [] for kind in Kind}
    reports = {one.key.assignment: one.report for one in samples}
    with server() as started:
        url, idle_url = started.new_database(), started.new_database()
        Database(idle_url).close()  # its tables are made by one
        with Database(url) as database:
            let_wait(database, samples, waiting, _CLAIMED)
            fill(database, samples, _ARRIVING)
            arrival_bytes = _size(database, _ARRIVAL_TABLES) / _ARRIVING
            for connections in several:
                tell(f"{connections} connections")
                load = Load(url=url, idle_url=idle_url, connections=connections, reports=reports, seconds=seconds)
                for kind, cost in _measure(started, load).items():
                    found[kind].append(cost)
            result_bytes = _size(database, _RESULT_TABLES) / sum(cost.count for cost in found[Kind.KEEP])
    return StoreCosts(
        machine=this_machine(),
        commit=commit(),
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        waiting=waiting,
        costs={kind: tuple(costs) for kind, costs in found.items()},
        bytes_a_submission=round(arrival_bytes + result_bytes),
    )


def _measure(started: Server, load: Load) -> dict[Kind, Cost]:
    context = multiprocessing.get_context("fork")  # what a client imports is imported already
    barrier = context.Barrier(load.connections + 1, timeout=_PATIENCE_S)
    results: Results = context.Queue()
    clients = start_clients(context, load, barrier, results)
    found = {}
    for kind in Kind:
        barrier.wait()
        began, core_s = time.monotonic(), _core_s(started.pid)
        several = [results.get(timeout=_PATIENCE_S) for _ in clients]
        took_s, core_s = time.monotonic() - began, _core_s(started.pid) - core_s
        found[kind] = _cost(load.connections, several, took_s, core_s)
    for client in clients:
        client.join()
    return found


def _cost(connections: int, several: list[Found], took_s: float, core_s: float) -> Cost:
    latencies = [latency for found in several for latency in found.latencies]
    locks = [lock for found in several for lock in found.locks]
    return Cost(
        connections=connections,
        count=len(latencies),
        a_second=len(latencies) / took_s,
        median_s=statistics.median(latencies),
        p99_s=_p99(latencies),
        core_s=core_s / len(latencies),
        lock_s=statistics.median(locks) if locks else 0.0,
        missed=sum(found.missed for found in several) / len(latencies),
    )


def _p99(latencies: list[float]) -> float:
    return statistics.quantiles(latencies, n=100, method="inclusive")[98] if len(latencies) > 1 else latencies[0]


def _core_s(pid: int) -> float:
    """Returns the seconds of a core that a server has taken so far: its first process and all that it started."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(path.parent.name) == pid:
                ticks += sum(map(int, fields[11:15]))  # its own and those of its children that ended, see proc(5)
            elif int(fields[1]) == pid:
                ticks += sum(map(int, fields[11:13]))
    return ticks / _TICKS


def _size(database: Database, tables: tuple[str, ...]) -> float:
    """Returns the bytes of tables with their indexes and the long values that are kept beside them."""
    with database.transaction() as connection:
        sizes = (connection.scalar(text("SELECT pg_total_relation_size(:name)"), {"name": name}) for name in tables)
        return float(sum(size or 0 for size in sizes))
