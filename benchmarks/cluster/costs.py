"""What the store's transactions were measured to cost, as it is kept in `store_costs.json`."""

from __future__ import annotations

from enum import StrEnum

from benchmarks.machine import Machine
from grader.models import Value

__all__ = ["Cost", "Kind", "StoreCosts"]


class Kind(StrEnum):
    """What a worker asks of the store, in the order in which it is measured."""

    TAKE = "take"  # a slot claims the submission that is next
    POLL = "poll"  # a slot asks for one and there is none
    TIDY = "tidy"  # a worker frees what is claimed by nobody
    COUNT = "count"  # who began it counts what waits
    RENEW = "renew"  # a worker's claims hold on
    KEEP = "keep"  # a slot has its result kept and ends its claim


class Cost(Value, frozen=True, kw_only=True):
    """One kind under so many connections at a time.

    Attributes:
        count: how many were measured.
        median_s, p99_s: how long one took, as its client saw it.
        core_s: of a core of the store's machine that one took.
        lock_s: how long one held the lock of the audit log, in the median; 0 if it does not.
        missed: the share that got nothing, although there was something, since others took it at the same time.
    """

    connections: int
    count: int
    a_second: float
    median_s: float
    p99_s: float
    core_s: float
    lock_s: float
    missed: float


class StoreCosts(Value, frozen=True, kw_only=True):
    """What was measured.

    Attributes:
        waiting: how many submissions waited all the time, and were counted by each count.
        costs: those of each kind, the fewest connections first.
        bytes_a_submission: what is kept of one in the end, indexes included.
    """

    machine: Machine
    commit: str
    date: str
    waiting: int
    costs: dict[Kind, tuple[Cost, ...]]
    bytes_a_submission: float

    def alone(self, kind: Kind) -> Cost:
        return self.costs[kind][0]

    def core_s(self, kind: Kind) -> float:
        """Returns what one takes of a core where many come at a time."""
        return self.costs[kind][-1].core_s
