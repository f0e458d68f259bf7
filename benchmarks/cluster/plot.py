"""One plot of what was simulated: results over time while nodes fail, and how more nodes meet the store's limit."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes

from benchmarks.cluster.scenarios import AT_ONCE, DEADLINE
from benchmarks.cluster.summary import Simulated
from benchmarks.plots import STYLES, empty, saved

__all__ = ["draw"]

_HOUR_S = 3600.0
_MARKS = 12


def draw(simulated: Simulated, path: Path) -> None:
    figure, (at_once, deadline, growth) = empty(9.0, rows=3)
    _over_time(at_once, simulated, AT_ONCE, 1.0, 0.0)
    at_once.set(title="100,000 submissions, all at once", xlabel="seconds")
    end_s = max(max(one.done) for one in simulated.summaries if one.arrivals == DEADLINE)
    _over_time(deadline, simulated, DEADLINE, _HOUR_S, end_s)
    deadline.set(title="100,000 submissions before a deadline", xlabel="hours from the deadline")
    for (label, rates), (mark, line) in zip(simulated.growth.items(), STYLES, strict=False):
        growth.plot(list(rates), list(rates.values()), color="black", marker=mark, linestyle=line, label=label)
    growth.set(title="More nodes, nothing failing", xlabel="nodes")
    for axes in (at_once, deadline, growth):
        axes.set(ylabel="results a second")
        axes.set_ylim(bottom=0.0)
        axes.legend(frameon=False)
    saved(figure, path)


def _over_time(axes: Axes, simulated: Simulated, arrivals: str, unit_s: float, zero_s: float) -> None:
    chosen = [one for one in simulated.summaries if one.arrivals == arrivals]
    for one, (mark, line) in zip(chosen, STYLES, strict=False):
        label = f"{one.failures_a_node_day:g} failures a node-day"
        times = [(time_s - zero_s) / unit_s for time_s in one.done]
        every = max(1, len(times) // 12)
        axes.plot(
            times, list(one.done.values()), color="black", marker=mark, markevery=every, linestyle=line, label=label
        )
