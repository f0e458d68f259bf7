"""What is simulated: 100,000 submissions over 200 nodes that fail, a growing cluster, and this machine as a check."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median

from benchmarks.cluster.arrivals import at_once, before_deadline
from benchmarks.cluster.costs import StoreCosts
from benchmarks.cluster.recorded import Recorded
from benchmarks.cluster.simulation import Cluster, Submission, simulate
from benchmarks.cluster.store import StoreModel
from benchmarks.cluster.summary import Check, Simulated, Summary, middle_rate, summarize
from benchmarks.machine import commit, this_machine
from benchmarks.samples import Tell

__all__ = ["AT_ONCE", "DEADLINE", "FREE", "SLOTS", "STORE_CORES", "check_of", "simulated", "stores_of"]

AT_ONCE, DEADLINE, FREE = "all at once", "before a deadline", "all at once, the log free"
AS_IT_IS = "as it is"
FREE_LOG = "if many could write the log"
NODES, SLOTS, STORE_CORES = 200, 4, 8
_COUNT = 100_000
_A_NODE_DAY = (0.0, 1.0, 24.0)
_GROWING = (5, 10, 20, 30, 40, 60, 80, 120, 160, 200)
_EACH_SLOT = 50  # submissions, where the cluster grows
_CHECKS = 9
_STRETCH_S, _LAST_S = {AT_ONCE: 5.0, FREE: 5.0, DEADLINE: 120.0}, 6 * 3600.0
"""How finely results over time are told, and of how much of the end."""


def simulated(recorded: Recorded, costs: StoreCosts, seed: int, tell: Tell) -> Simulated:
    """Simulates everything; the check is of the class that was recorded."""
    store = StoreModel.of(costs, STORE_CORES)
    cluster = Cluster(
        nodes=NODES, slots=SLOTS, store=store, durations=recorded.durations, start_s=median(recorded.start_s)
    )
    clusters = {name: replace(cluster, store=one) for name, one in stores_of(costs).items()}
    ways = {AT_ONCE: cluster, DEADLINE: cluster, FREE: clusters[FREE_LOG]}
    return Simulated(
        machine=this_machine(),
        commit=commit(),
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        store_cores=STORE_CORES,
        seed=seed,
        check=check_of(recorded, recorded, costs),
        summaries=tuple(_summary(name, one, rate, seed, tell) for name, one in ways.items() for rate in _A_NODE_DAY),
        growth={name: _growth(name, one, seed, tell) for name, one in clusters.items()},
    )


def stores_of(costs: StoreCosts) -> dict[str, StoreModel]:
    """Returns the store as it is, and what it would be without what bounds it."""
    store = StoreModel.of(costs, STORE_CORES)
    return {AS_IT_IS: store, FREE_LOG: replace(store, lock_s=0.0)}


def check_of(recorded: Recorded, truth: Recorded, costs: StoreCosts) -> Check:
    """Simulates the machine that graded `truth`, with what was recorded, and as many submissions of each assignment."""
    cluster = Cluster(
        nodes=1,
        slots=truth.slots,
        store=StoreModel.of(costs, truth.machine.cores),
        durations=recorded.durations,
        start_s=0.0,  # the span begins when the first is judged
    )
    counts = {slug: len(one.first_s) + len(one.later_s) for slug, one in sorted(truth.durations.items())}
    spans_s = []
    for seed in range(_CHECKS):
        rng = random.Random(seed)
        assignments = [slug for slug, count in counts.items() for _ in range(count)]  # in the order of a batch
        spans_s.append(simulate(cluster, _handed_in(assignments, at_once(truth.count), rng), rng).ended_s)
    return Check(submissions=truth.count, slots=truth.slots, measured_s=truth.span_s, simulated_s=tuple(spans_s))


def _summary(arrivals: str, cluster: Cluster, a_node_day: float, seed: int, tell: Tell) -> Summary:
    tell(f"{_COUNT:,} submissions, {arrivals}, {a_node_day:g} failures a node-day")
    failing = replace(cluster, failures=replace(cluster.failures, a_node_day=a_node_day))
    rng = random.Random(seed)
    times_s = before_deadline(_COUNT, rng) if arrivals == DEADLINE else at_once(_COUNT)
    outcome = simulate(failing, _of_a_class(cluster, times_s, rng), rng)
    return summarize(arrivals, failing, outcome, _STRETCH_S[arrivals], _LAST_S)


def _growth(name: str, cluster: Cluster, seed: int, tell: Tell) -> dict[int, float]:
    found = {}
    for nodes in _GROWING:
        tell(f"{nodes} nodes, {name}")
        rng = random.Random(seed)
        times_s = at_once(_EACH_SLOT * nodes * cluster.slots)
        grown = replace(cluster, nodes=nodes)
        found[nodes] = round(middle_rate(simulate(grown, _of_a_class(cluster, times_s, rng), rng)), 2)
    return found


def _of_a_class(cluster: Cluster, times_s: Sequence[float], rng: random.Random) -> list[Submission]:
    """Returns submissions of all assignments, as often as each was recorded, in any order."""
    counts = [len(one.first_s) + len(one.later_s) for one in cluster.durations.values()]
    return _handed_in(rng.choices(list(cluster.durations), counts, k=len(times_s)), times_s, rng)


def _handed_in(assignments: Sequence[str], times_s: Sequence[float], rng: random.Random) -> list[Submission]:
    return [
        Submission(number=number, assignment=assignment, arrives_s=time_s, place=rng.random())
        for number, (assignment, time_s) in enumerate(zip(assignments, times_s, strict=True))
    ]
