"""`otter run`: one submission at a time, as Otter's own container does it inside."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.checks import Checks
from benchmarks.commands import NotMeasuredError, run, seconds_of
from benchmarks.peers.notebooks import VARIABLES, answer_notebook, test_call

__all__ = ["Otter"]

_TEST = """\
from otter.test_files import test_case
from benchmarks.peers.in_kernel import check

OK_FORMAT = False
name = {task!r}
points = {points!r}


@test_case(points={points!r}, hidden=True)
def test_task(env):
    {call}
"""


class Otter:
    """An autograder of Otter's with one assignment.

    Args:
        programs: the folder of Otter's programs.
        folder: an empty one.

    Raises:
        NotMeasuredError: if Otter fails.
    """

    def __init__(self, programs: Path, checks: Checks, folder: Path) -> None:
        self._checks = checks
        self._folder = folder
        self._variables = {**VARIABLES, "PATH": f"{programs}:/usr/bin:/bin"}
        self._otter = programs / "otter"
        self._write_tests(folder / "tests")
        run([self._otter, "generate", "-t", "tests", "-o", "autograder.zip"], variables=self._variables, folder=folder)

    def seconds(self) -> float:
        """Returns how long a right answer takes.

        Raises:
            NotMeasuredError: if Otter fails, or a right answer does not get full marks.
        """
        self._hand_in(self._checks.right)
        took_s = seconds_of(self._command, variables=self._variables, folder=self._folder)
        if self._points() != self._checks.assignment.max_score:
            raise NotMeasuredError("Otter does not give full marks to a right answer.")
        return took_s

    def score(self, source: str) -> float:
        """Returns the share of the points that an answer gets. Raises NotMeasuredError if it fails."""
        self._hand_in(source)
        run(self._command, variables=self._variables, folder=self._folder)
        return self._points() / self._checks.assignment.max_score

    @property
    def _command(self) -> list[str | Path]:
        return [self._otter, "run", "-a", "autograder.zip", "--no-logo", "answer.ipynb"]

    def _write_tests(self, folder: Path) -> None:
        folder.mkdir()
        for task in self._checks.assignment.tasks:
            call = test_call(self._checks, task.name, "env")
            (folder / f"{task.name}.py").write_text(_TEST.format(task=task.name, points=task.points, call=call))

    def _hand_in(self, source: str) -> None:
        (self._folder / "results.json").unlink(missing_ok=True)
        (self._folder / "answer.ipynb").write_bytes(answer_notebook(source))

    def _points(self) -> float:
        tests = json.loads((self._folder / "results.json").read_text())["tests"]
        return float(sum(test.get("score", 0.0) for test in tests))
