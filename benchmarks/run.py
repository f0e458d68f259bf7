"""Measures what the project promises: `python -m benchmarks.run [NAME...]`; `make bench` runs all but `stages`.

Everything that is compared is run alternately, A B C A B C, so that a machine whose speed drifts drifts for all. What
was measured is kept in `benchmarks/results/`; single times are of one machine on one day, medians of ratios travel.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from benchmarks.checks import Checks
from benchmarks.classes import class_curves, submissions_curves
from benchmarks.commands import ROOT, NotMeasuredError, seconds_of
from benchmarks.comparison import compare
from benchmarks.crossings import tensors_curve
from benchmarks.gradus import LEARN
from benchmarks.growth import files_curve, jobs_curve, tests_curve
from benchmarks.machine import commit, core_count, this_machine
from benchmarks.nodes import ray_comparison
from benchmarks.page import page
from benchmarks.plots import draw
from benchmarks.results import Comparison, Curve, Part, read, write
from benchmarks.samples import alternate
from benchmarks.stages import print_stages, stages_of, system_calls_of
from grader.course.course import Course

__all__ = ["main"]

_COURSE = Course(ROOT)
_COMPARED = ("broadcasting", "optimizers")
_RESULTS = ROOT / "benchmarks" / "results"
_STAGE_ROUNDS = 20
_STARTED = time.monotonic()


@dataclass(frozen=True, kw_only=True)
class _Options:
    rounds: int
    submissions: int
    ray_submissions: int
    students: int


def _tell(line: str) -> None:
    print(f"{time.monotonic() - _STARTED:6.0f} s  {line}", file=sys.stderr, flush=True)


def _compare(options: _Options) -> Part:
    comparisons = {}
    for slug in _COMPARED:
        _tell(f"comparing the graders by `{slug}`")
        comparisons[slug] = compare(Checks.of(_COURSE, slug), options.rounds, _tell)
    return _measured(comparisons=comparisons)


def _submissions(options: _Options) -> Part:
    return _measured(curves=submissions_curves(_one(), options.submissions, _tell))


def _tests(options: _Options) -> Part:
    return _measured(curves={"tests": tests_curve(options.rounds, _tell)})


def _jobs(options: _Options) -> Part:
    return _measured(curves={"jobs": jobs_curve(_one(), options.rounds, _tell)})


def _files(options: _Options) -> Part:
    return _measured(curves={"files": files_curve(_one(), options.rounds, _tell)})


def _tensors(options: _Options) -> Part:
    return _measured(curves={"tensors": tensors_curve(options.rounds, _tell)})


def _class(options: _Options) -> Part:
    return _measured(curves=class_curves(options.students, _tell))


def _ray(options: _Options) -> Part:
    comparison, memory = ray_comparison(_one(), options.ray_submissions, options.rounds, _tell)
    return _measured(comparisons={"ray": comparison}, curves={"memory": memory})


def _verify(_: _Options) -> Part:
    command = [*LEARN, "verify", "--course", str(ROOT), "--jobs", str(core_count())]
    return _measured(comparisons={"verify": Comparison.of({"`learn verify`": (seconds_of(command),)})})


def _help(options: _Options) -> Part:
    ways = {"`learn --help`": lambda: seconds_of([*LEARN, "--help"])}
    return _measured(comparisons={"help": Comparison.of(alternate(ways, options.rounds))})


def _measured(comparisons: dict[str, Comparison] | None = None, curves: dict[str, Curve] | None = None) -> Part:
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    return Part(commit=commit(), date=date, comparisons=comparisons or {}, curves=curves or {})


def _one() -> Checks:
    return Checks.of(_COURSE, _COMPARED[0])


def _stages() -> None:
    """Prints where the time of a submission goes, of one right and one wrong, in a row and on all cores."""
    cores = core_count()
    for slug in _COMPARED:
        checks = Checks.of(_COURSE, slug)
        for kind, source in (("right", checks.right), ("wrong in every task", checks.wrong)):
            request, job = checks.request, checks.job(source)
            in_a_row, all_cores = (stages_of(request, job, _STAGE_ROUNDS, jobs) for jobs in (1, cores))
            calls = system_calls_of(request, job, 5)
            print(f"\n{slug}, a submission that is {kind}; {calls or 'unknown (no strace)'} system calls")
            print_stages({"in a row": in_a_row, f"{cores} at a time": all_cores})


_PARTS: dict[str, Callable[[_Options], Part]] = {
    "compare": _compare,
    "tests": _tests,
    "files": _files,
    "tensors": _tensors,
    "jobs": _jobs,
    "submissions": _submissions,
    "class": _class,
    "ray": _ray,
    "verify": _verify,
    "help": _help,
}
_PRINTED = "stages"
_AT_LEAST_ONE, _SOME = click.IntRange(min=1), click.IntRange(min=10)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*_PARTS, _PRINTED]))
@click.option("--rounds", default=3, show_default=True, type=_AT_LEAST_ONE, help="How often each way is measured.")
@click.option("--submissions", default=1000, show_default=True, type=_SOME, help="The most of one assignment.")
@click.option("--ray-submissions", default=500, show_default=True, type=_SOME, help="On a Ray cluster, and without.")
@click.option("--students", default=40, show_default=True, type=_AT_LEAST_ONE, help="In a class with all assignments.")
def main(names: tuple[str, ...], **options: int) -> None:
    """Measure the parts NAMES, all by default, and write `latest.json`, `latest.md` and plots to benchmarks/results."""
    if _PRINTED in names:
        _stages()
    chosen = [name for name in _PARTS if name in names or not names]
    failed = [name for name in chosen if not _keep(name, _Options(**options))]
    if chosen:
        print(page(read(_RESULTS / "latest.json", this_machine())))
    sys.exit(1 if failed else 0)


def _keep(name: str, options: _Options) -> bool:
    """Measures one part and writes all results anew; returns whether it could be measured."""
    _tell(f"measuring `{name}`")
    try:
        part = _PARTS[name](options)
    except NotMeasuredError as error:
        _tell(f"`{name}` is not measured: {error}")
        return False
    path = _RESULTS / "latest.json"
    results = read(path, this_machine()).with_part(name, part)
    write(results, path)
    path.with_suffix(".md").write_text(page(results), encoding="utf-8")
    draw(results, _RESULTS)
    return True


if __name__ == "__main__":
    main()
