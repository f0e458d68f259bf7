"""What came of a simulated cluster in numbers, as it is kept in `cluster.json`. Pure."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence

from benchmarks.cluster.simulation import Cluster, Outcome, Submission
from benchmarks.machine import Machine
from grader.models import Value

__all__ = ["Check", "Simulated", "Summary", "middle_rate", "summarize"]

_BUSIEST_S = 60.0


class Summary(Value, frozen=True, kw_only=True):
    """One simulated cluster.

    Attributes:
        arrivals: how submissions were handed in.
        latencies_s: from hand-in to result, by the share of submissions that had theirs by then; of those graded.
        lasted_s: from the last hand-in to the last result.
        judged_again: how often a submission was taken anew because its node had failed.
        lost_s: of slots' time, on what was not finished.
        used: the share of the store's cores' time, over all of it.
        busiest: most results in a minute, as results a second.
        locked: the share of the busiest minute during which the audit log was held.
        done: results a second, from the beginning of each stretch of `stretch_s`.
    """

    arrivals: str
    nodes: int
    slots: int
    failures_a_node_day: float
    submissions: int
    graded: int
    latencies_s: dict[str, float]
    lasted_s: float
    node_failures: int
    judged_again: int
    lost_s: float
    used: float
    busiest: float
    locked: float
    stretch_s: float
    done: dict[float, float]

    @property
    def not_graded(self) -> int:
        return self.submissions - self.graded


class Check(Value, frozen=True, kw_only=True):
    """The simulation of this machine beside what it took, as in `Recorded.span_s`; the former once for each seed."""

    submissions: int
    slots: int
    measured_s: float
    simulated_s: tuple[float, ...]

    @property
    def error(self) -> float:
        """Returns by which part of the measured time the simulated is longer; negative if it is shorter."""
        return statistics.median(self.simulated_s) / self.measured_s - 1.0


class Simulated(Value, frozen=True, kw_only=True):
    """Everything that was simulated.

    Attributes:
        growth: results a second by nodes, in the midst of it and nothing failing, for several stores.
    """

    format_version: int = 1
    machine: Machine
    commit: str
    date: str
    store_cores: int
    seed: int
    check: Check
    summaries: tuple[Summary, ...]
    growth: dict[str, dict[int, float]]


def summarize(arrivals: str, cluster: Cluster, outcome: Outcome, stretch_s: float, last_s: float) -> Summary:
    """Returns an outcome in numbers.

    Args:
        last_s: how much of the end is told by stretches.
    """
    found = outcome.submissions
    busiest = max(_a_second(found, _BUSIEST_S, 0.0).values())
    last_arrival_s = max(one.arrives_s for one in found)
    return Summary(
        arrivals=arrivals,
        nodes=cluster.nodes,
        slots=cluster.slots,
        failures_a_node_day=cluster.failures.a_node_day,
        submissions=len(found),
        graded=sum(one.is_graded for one in found),
        latencies_s=_latencies(found),
        lasted_s=round(outcome.ended_s - last_arrival_s, 2),
        node_failures=outcome.node_failures,
        judged_again=sum(max(0, one.takes - 1) for one in found),
        lost_s=round(outcome.lost_s, 2),
        used=round(outcome.used, 4),
        busiest=round(busiest, 2),
        locked=round(min(1.0, busiest * cluster.store.lock_s), 4),
        stretch_s=stretch_s,
        done=_a_second(found, stretch_s, max(0.0, outcome.ended_s - last_s)),
    )


def middle_rate(outcome: Outcome) -> float:
    """Returns results a second between the first and the last tenth: without start and end."""
    times = sorted(one.done_s for one in outcome.submissions if one.done_s is not None)
    tenth = len(times) // 10
    return (len(times) - 2 * tenth - 1) / (times[-1 - tenth] - times[tenth])


def _latencies(found: Sequence[Submission]) -> dict[str, float]:
    taken_s = [one.done_s - one.arrives_s for one in found if one.is_graded and one.done_s is not None]
    cuts = statistics.quantiles(taken_s, n=100, method="inclusive")
    named = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "worst": max(taken_s)}
    return {name: round(value, 2) for name, value in named.items()}


def _a_second(found: Sequence[Submission], stretch_s: float, since_s: float) -> dict[float, float]:
    """Returns results a second in every stretch, those without any among them."""
    times = [one.done_s for one in found if one.done_s is not None and one.is_graded]
    counts = Counter(int(time // stretch_s) for time in times)
    stretches = range(int(since_s // stretch_s), max(counts) + 1)
    return {number * stretch_s: round(counts[number] / stretch_s, 3) for number in stretches}
