"""A plan in numbers: what a class needs to be graded in time, from what was measured. Pure.

`n` submissions of `s` seconds of a slot each, in a time `T`: slots = n s / (T - start), and the store is busy for n
times what one holds it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.cluster.costs import Kind, StoreCosts
from benchmarks.cluster.recorded import Recorded
from benchmarks.cluster.scenarios import SLOTS, STORE_CORES
from benchmarks.cluster.store import StoreModel

__all__ = ["LIMITS", "Need", "needs", "nodes_at_the_limit", "slot_s"]

LIMITS = {"10 min": 600.0, "1 h": 3600.0, "overnight (10 h)": 36_000.0}
_STUDENTS = (1_000, 10_000, 100_000)
_GIB = 2**30


@dataclass(frozen=True, kw_only=True)
class Need:
    """What one class needs.

    Attributes:
        assignments: that each student hands in.
        slots: by the time within which all is to be done.
        store_share: of that time, during which the store's audit log is held; more than 1 cannot be.
        store_gib: what the store grows by.
    """

    students: int
    assignments: int
    submissions: int
    slots: dict[str, int]
    store_share: dict[str, float]
    store_gib: float

    def nodes(self, limit: str) -> int:
        return math.ceil(self.slots[limit] / SLOTS)


def slot_s(mean_s: float, costs: StoreCosts) -> float:
    """Returns the seconds of a slot that a submission takes: to be taken, judged and kept, while nobody waits."""
    return mean_s + costs.alone(Kind.TAKE).median_s + costs.alone(Kind.KEEP).median_s


def needs(recorded: Recorded, costs: StoreCosts) -> Iterator[Need]:
    """Returns the needs of classes that hand in one assignment, the slowest, or all of them."""
    slowest_s = max(one.mean_s for one in recorded.durations.values())
    model, start_s = StoreModel.of(costs, STORE_CORES), median(recorded.start_s)
    for students in _STUDENTS:
        for assignments, mean_s in ((1, slowest_s), (len(recorded.durations), recorded.mean_s)):
            count = students * assignments
            work_s = count * slot_s(mean_s, costs)
            yield Need(
                students=students,
                assignments=assignments,
                submissions=count,
                slots={name: math.ceil(work_s / (limit_s - start_s)) for name, limit_s in LIMITS.items()},
                store_share={name: count / model.most_a_second / limit_s for name, limit_s in LIMITS.items()},
                store_gib=count * costs.bytes_a_submission / _GIB,
            )


def nodes_at_the_limit(recorded: Recorded, costs: StoreCosts, store: StoreModel) -> float:
    """Returns how many nodes together take and keep as much as a store can."""
    return store.most_a_second * slot_s(recorded.mean_s, costs) / SLOTS
