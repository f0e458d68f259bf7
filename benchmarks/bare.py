"""The limit: the tests' own time in one warm process, without any boundary.

`python -m benchmarks.bare SUITE RUNS` prints the median of so many runs, in seconds; with 0 runs, that of a cold one.
"""

from __future__ import annotations

import os
import statistics
import sys
from pathlib import Path

import pytest

from benchmarks.checks import Checks
from benchmarks.commands import ROOT, run, seconds_of

__all__ = ["cold_time", "own_time"]

_OPTIONS = ["-p", "benchmarks.inprocess", "-p", "no:cacheprovider", "-p", "no:terminal", "-s", "-W", "ignore"]


def own_time(checks: Checks, runs: int) -> float:
    """Returns the median time of the tests' bodies, in seconds.

    Raises:
        NotMeasuredError: if a test fails.
    """
    return float(run(_command(checks, runs), variables=_variables(checks)).split()[-1])


def cold_time(checks: Checks) -> float:
    """Returns how long a process takes that imports torch and runs the tests once. Raises as `own_time` does."""
    return seconds_of(_command(checks, 0), variables=_variables(checks))


def _command(checks: Checks, runs: int) -> list[str]:
    return [sys.executable, "-m", "benchmarks.bare", str(checks.suite), str(runs)]


def _variables(checks: Checks) -> dict[str, str]:
    return {"SUBMISSION": str(checks.solution), "PYTHONPATH": str(ROOT)}


class _Sum:
    """A pytest plugin that runs what was collected again and again, and adds up the time of the tests' bodies."""

    def __init__(self, runs: int) -> None:
        self._runs = runs
        self._seconds = 0.0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            sys.exit(report.longreprtext)
        self._seconds += report.duration if report.when == "call" else 0.0

    def pytest_runtestloop(self, session: pytest.Session) -> None:
        times = [self._once(session) for _ in range(1 + self._runs)]  # the first one is cold
        print(statistics.median(times[1:] or times), flush=True)
        os._exit(0)

    def _once(self, session: pytest.Session) -> float:
        self._seconds = 0.0
        for item in session.items:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return self._seconds


def _main(suite: Path, runs: int) -> None:
    import torch

    torch.set_num_threads(1)
    pytest.main([*_OPTIONS, "-c", os.devnull, "--rootdir", str(suite), str(suite)], [_Sum(runs)])
    sys.exit("no test was collected")


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]))
