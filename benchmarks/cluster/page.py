"""What was measured and simulated as one Markdown page, `cluster.md`, which is also what the terminal shows. Pure."""

from __future__ import annotations

from statistics import median

from benchmarks.cluster.costs import StoreCosts
from benchmarks.cluster.plan import LIMITS, Need, needs, nodes_at_the_limit, slot_s
from benchmarks.cluster.recorded import Recorded
from benchmarks.cluster.scenarios import AS_IT_IS, stores_of
from benchmarks.cluster.summary import Simulated, Summary
from benchmarks.page import table

__all__ = ["page"]


def page(recorded: Recorded, costs: StoreCosts, simulated: Simulated) -> str:
    sections = [
        "# A cluster, simulated",
        f"{simulated.date}, commit {simulated.commit or 'unknown'}, seed {simulated.seed}.",
        "## Judging, recorded",
        _recorded(recorded),
        "## The store, measured",
        _costs(costs),
        "## The simulation against this machine",
        _check(simulated),
        "## Simulated",
        _simulated(simulated.summaries),
        "## More nodes, nothing failing, results a second",
        _growth(recorded, costs, simulated),
        "## A plan in numbers",
        _plan(recorded, costs),
    ]
    return "\n\n".join(sections) + "\n"


def _recorded(recorded: Recorded) -> str:
    rows = [
        (slug, str(len(one.first_s) + len(one.later_s)), *map(_s, (one.mean_s, median(one.later_s), max(one.later_s))))
        for slug, one in recorded.durations.items()
    ]
    said = (
        f"{recorded.count} submissions on {recorded.machine.cores} cores, {recorded.slots} at a time, in "
        f"{recorded.span_s:.1f} s; {_s(recorded.mean_s)} s each in the mean. A container starts in "
        f"{median(recorded.start_s):.2f} s."
    )
    return f"{said}\n\n{table(('', 'submissions', 'mean, s', 'median, s', 'longest, s'), rows)}"


def _costs(costs: StoreCosts) -> str:
    rows = [
        (
            f"`{kind}`",
            str(cost.connections),
            f"{cost.a_second:,.0f}",
            *(f"{1e3 * value:.2f}" for value in (cost.median_s, cost.p99_s, cost.core_s, cost.lock_s)),
        )
        for kind, several in costs.costs.items()
        for cost in several
    ]
    heads = ("", "connections", "a second", "median, ms", "p99, ms", "of a core, ms", "log held, ms")
    size = f"{costs.bytes_a_submission:,.0f} bytes a submission; {costs.waiting:,} wait"
    said = f"{costs.machine.cores} cores for the server and its clients; {size}."
    return f"{said}\n\n{table(heads, rows)}"


def _check(simulated: Simulated) -> str:
    check = simulated.check
    return (
        f"{check.submissions} submissions, {check.slots} at a time: measured {check.measured_s:.1f} s, simulated "
        f"{median(check.simulated_s):.1f} s ({min(check.simulated_s):.1f} to {max(check.simulated_s):.1f} over "
        f"{len(check.simulated_s)} seeds), an error of {100 * check.error:+.1f} %."
    )


def _simulated(summaries: tuple[Summary, ...]) -> str:
    heads = ("", "failures a node-day", "p50, s", "p95, s", "p99, s", "worst, s", "last result after the last hand-in")
    more = ("nodes failed", "judged again", "not graded", "slot time lost, s", "busiest minute", "store: cores, log")
    return table((*heads, *more), [_row(one) for one in summaries])


def _row(one: Summary) -> tuple[str, ...]:
    return (
        one.arrivals,
        f"{one.failures_a_node_day:g}",
        *(f"{value:,.1f}" for value in one.latencies_s.values()),
        f"{one.lasted_s:,.0f} s",
        f"{one.node_failures:,}",
        f"{one.judged_again:,}",
        f"{one.not_graded:,}",
        f"{one.lost_s:,.0f}",
        f"{one.busiest:,.0f} a second",
        f"{100 * one.used:.0f} %, {100 * one.locked:.0f} %",
    )


def _growth(recorded: Recorded, costs: StoreCosts, simulated: Simulated) -> str:
    said = [
        f"The store {name} could keep {store.most_a_second:,.0f} results a second, those of "
        f"{nodes_at_the_limit(recorded, costs, store):,.0f} nodes, if nothing else were asked of it."
        for name, store in stores_of(costs).items()
    ]
    places = simulated.growth[AS_IT_IS]
    rows = [(str(at), *(f"{rates[at]:,.0f}" for rates in simulated.growth.values())) for at in places]
    return "\n\n".join((*said, table(("nodes", *simulated.growth), rows)))


def _plan(recorded: Recorded, costs: StoreCosts) -> str:
    heads = ("students", "assignments", "submissions", *(f"slots (nodes) for {name}" for name in LIMITS))
    said = f"A submission takes {_s(slot_s(recorded.mean_s, costs))} s of a slot, the store included."
    rows = [_need(need) for need in needs(recorded, costs)]
    return f"{said}\n\n{table((*heads, *(f'log held, {name}' for name in LIMITS), 'store'), rows)}"


def _need(need: Need) -> tuple[str, ...]:
    slots = (f"{need.slots[name]:,} ({need.nodes(name):,})" for name in LIMITS)
    shares = (f"{100 * need.store_share[name]:.1f} %" for name in LIMITS)
    return (
        f"{need.students:,}",
        str(need.assignments),
        f"{need.submissions:,}",
        *(slot if need.store_share[name] <= 1 else "-" for slot, name in zip(slots, LIMITS, strict=True)),
        *shares,
        f"{need.store_gib:.2f} GiB",
    )


def _s(seconds: float) -> str:
    return f"{seconds:.3f}"
