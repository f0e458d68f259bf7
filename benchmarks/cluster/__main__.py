"""Records and measures: `python -m benchmarks.cluster record | measure`.

What was found is kept in `benchmarks/results/`.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click
import msgspec

from benchmarks.cluster.graded import graded_ones
from benchmarks.cluster.recorded import recorded_of, starts, stretches
from benchmarks.cluster.transactions import costs_of
from benchmarks.commands import ROOT, NotMeasuredError
from grader.classroom.store.database import Database
from grader.models import Value

__all__ = ["main"]

_RESULTS = ROOT / "benchmarks" / "results"
_RECORDED, _COSTS = (_RESULTS / f"{name}.json" for name in ("service_times", "store_costs"))
_STARTS = 5
_SAMPLES = 80
_STARTED = time.monotonic()


@click.group()
def main() -> None:
    """Record and measure what a cluster is made of."""


@main.command()
@click.argument("store")
@click.option("--slots", default=2, show_default=True, type=click.IntRange(min=1), help="Its `--jobs`.")
def record(store: str, slots: int) -> None:
    """Record how long judging took in a class whose STORE, a URL, was filled by one `learn grade`."""
    with Database(store) as database:
        found = stretches(database)
    _write(recorded_of(found, slots, starts(_STARTS)), _RECORDED)


@main.command()
@click.argument("store")
@click.option("--seconds", default=2.0, show_default=True, help="For each kind and number of connections.")
def measure(store: str, seconds: float) -> None:
    """Measure what the store's transactions cost, with submissions and reports of the STORE of a class."""
    with Database(store) as database:
        samples = graded_ones(database, _SAMPLES)
    _write(costs_of(samples, seconds, _tell), _COSTS)


def _write(found: Value, path: Path) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")


def _tell(line: str) -> None:
    print(f"{time.monotonic() - _STARTED:6.0f} s  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except NotMeasuredError as error:
        sys.exit(f"Not measured: {error}")
