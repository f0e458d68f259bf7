"""Records, measures and simulates: `python -m benchmarks.cluster record | measure | check | simulate`.

What `record` and `measure` found is kept in `benchmarks/results/`, so that `simulate` needs neither Docker nor a store.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from benchmarks.cluster.costs import StoreCosts
from benchmarks.cluster.graded import graded_ones
from benchmarks.cluster.page import page
from benchmarks.cluster.plot import draw
from benchmarks.cluster.recorded import Recorded, recorded_of, starts, stretches
from benchmarks.cluster.scenarios import check_of, simulated
from benchmarks.cluster.transactions import costs_of
from benchmarks.commands import ROOT, NotMeasuredError
from grader.classroom.store.database import Database
from grader.models import Value

__all__ = ["main"]

_RESULTS = ROOT / "benchmarks" / "results"
_RECORDED, _COSTS, _SIMULATED = (_RESULTS / f"{name}.json" for name in ("service_times", "store_costs", "cluster"))
_STARTS = 5
_SAMPLES = 80
_STARTED = time.monotonic()
_File = TypeVar("_File", bound=Value)


@click.group()
def main() -> None:
    """Simulate a cluster from what was recorded and measured."""


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


@main.command()
@click.argument("store")
@click.option("--slots", default=2, show_default=True, type=click.IntRange(min=1), help="Its `--jobs`.")
def check(store: str, slots: int) -> None:
    """Predict how long the class of another STORE took on this machine, and print both."""
    with Database(store) as database:
        truth = recorded_of(stretches(database), slots, ())
    print(msgspec.json.encode(check_of(_read(_RECORDED, Recorded), truth, _read(_COSTS, StoreCosts))).decode())


@main.command()
@click.option("--seed", default=1, show_default=True)
def simulate(seed: int) -> None:
    """Simulate 100,000 submissions over 200 nodes; write `cluster.json`, `cluster.md` and `cluster.svg`."""
    recorded, costs = _read(_RECORDED, Recorded), _read(_COSTS, StoreCosts)
    found = simulated(recorded, costs, seed, _tell)
    _write(found, _SIMULATED)
    text = page(recorded, costs, found)
    _SIMULATED.with_suffix(".md").write_text(text, encoding="utf-8")
    draw(found, _SIMULATED.with_suffix(".svg"))
    print(text)


def _read(path: Path, kind: type[_File]) -> _File:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, msgspec.DecodeError) as error:
        raise NotMeasuredError(f"`{path.name}` cannot be read: {error}. Run `record` and `measure` first.") from error


def _write(found: Value, path: Path) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")


def _tell(line: str) -> None:
    print(f"{time.monotonic() - _STARTED:6.0f} s  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except NotMeasuredError as error:
        sys.exit(f"Not measured: {error}")
