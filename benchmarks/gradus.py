"""Gradus's own ways to judge a submission: warm sandboxes in a row, a cold `learn check`, a save in `learn watch`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.checks import Checks
from benchmarks.commands import ROOT, NotMeasuredError, seconds_of
from benchmarks.samples import timed
from grader.pipeline import judge
from grader.sandbox.pool import Pool
from grader.sandbox.protocol import Sandbox

__all__ = ["LEARN", "Warm", "Watch", "check_cold"]

LEARN = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); import cli; cli.main()"]
_SUBMISSIONS = 12
_SAVES = 3
_PAUSE_S = 0.5  # what the last check left is cleaned up


class Warm:
    """Sandboxes that are up and have collected the suite, as in the midst of a batch.

    Args:
        make: returns one sandbox, not started yet.
        jobs: how many submissions are judged at a time.
        source: what is judged; the right answer by default.

    Raises:
        NotMeasuredError: if no sandbox can be brought up, or what is judged does not get full marks.
    """

    def __init__(self, checks: Checks, make: Callable[[], Sandbox], jobs: int = 1, source: str | None = None) -> None:
        self._checks = checks
        self._job = checks.job(checks.right if source is None else source)
        self._jobs = jobs
        self._make = make
        self._sandboxes: list[Sandbox] = []
        self._pool = Pool(self._made)
        try:
            self._judge_row(2 * jobs)
        except NotMeasuredError:
            self.close()
            raise

    def seconds(self) -> float:
        """Returns how long a submission takes in a row of them, its clean-up included. Raises NotMeasuredError."""
        count = _SUBMISSIONS * self._jobs
        return timed(lambda: self._judge_row(count)) / count

    def close(self) -> None:
        self._pool.close()

    def _judge_row(self, count: int) -> None:
        with ThreadPoolExecutor(self._jobs) as executor:
            list(executor.map(lambda _: self._judge_one(), range(count)))
        for sandbox in self._sandboxes:
            sandbox.settle()

    def _judge_one(self) -> None:
        report = judge(self._checks.request.heading, self._job, self._pool)
        if report.problem is not None:
            raise NotMeasuredError(report.problem.message)
        if not report.is_full:
            raise NotMeasuredError(f"Gradus gives {report.score} of {report.max_score} points to a right answer.")

    def _made(self) -> Sandbox:
        sandbox = self._make()
        self._sandboxes.append(sandbox)
        return sandbox


def check_cold(checks: Checks) -> float:
    """Returns how long `learn check` takes. Raises NotMeasuredError if it fails."""
    return seconds_of([*LEARN, "check", *_arguments(checks, checks.solution)])


def _arguments(checks: Checks, path: Path) -> list[str]:
    what = [checks.assignment.slug, "--course", str(checks.course.root), "--file", str(path)]
    return [*what, "--sandbox", "process", "--lang", "en"]


class Watch:
    """A running `learn watch`.

    Args:
        folder: an empty one, for the file that is saved.
    """

    def __init__(self, checks: Checks, folder: Path) -> None:
        self._path = folder / checks.assignment.file_name
        self._source = checks.right
        self._saves = 0
        self._path.write_text(self._source, encoding="utf-8")
        command = [*LEARN, "watch", *_arguments(checks, self._path)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._read_until_score()

    def seconds(self) -> float:
        """Returns how long the verdict takes from a save, the median of some. Raises NotMeasuredError."""
        return statistics.median(self._save() for _ in range(_SAVES))

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _save(self) -> float:
        time.sleep(_PAUSE_S)
        self._saves += 1
        started = time.perf_counter()
        self._path.write_text(f"{self._source}\n# save {self._saves}\n", encoding="utf-8")
        self._read_until_score()
        return time.perf_counter() - started

    def _read_until_score(self) -> None:
        for line in self._process.stdout or ():
            if line.startswith("Score"):
                return
        raise NotMeasuredError("`learn watch` ended.")
