"""`nbgrader autograde`: twelve notebooks in one run, as an instructor grades a class."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from benchmarks.checks import Checks
from benchmarks.commands import NotMeasuredError, run, seconds_of
from benchmarks.peers.notebooks import VARIABLES, nbgrader_notebook

__all__ = ["Nbgrader"]

_NOTEBOOKS = 12


class Nbgrader:
    """A course of nbgrader's with one assignment.

    Args:
        programs: the folder of nbgrader's programs.
        folder: an empty one for the course.

    Raises:
        NotMeasuredError: if nbgrader fails.
    """

    def __init__(self, programs: Path, checks: Checks, folder: Path) -> None:
        self._checks = checks
        self._folder = folder
        self._slug = checks.assignment.slug
        self._variables = {**VARIABLES, "JUPYTER_CONFIG_DIR": str(folder), "PATH": f"{programs}:/usr/bin:/bin"}
        self._nbgrader = programs / "nbgrader"
        self._write(folder / "source" / self._slug, checks.right)

    def seconds(self) -> float:
        """Returns how long a notebook with a right answer takes in a run of twelve.

        Raises:
            NotMeasuredError: if nbgrader fails, or a right answer does not get full marks.
        """
        self._hand_in(self._checks.right, _NOTEBOOKS)
        command = [str(self._nbgrader), "autograde", self._slug]
        took_s = seconds_of(command, variables=self._variables, folder=self._folder)
        if self._scores() != [self._checks.assignment.max_score] * _NOTEBOOKS:
            raise NotMeasuredError("nbgrader does not give full marks to a right answer.")
        return took_s / _NOTEBOOKS

    def score(self, source: str) -> float:
        """Returns the share of the points that an answer gets. Raises NotMeasuredError if it fails."""
        self._hand_in(source, 1)
        self._run("autograde", self._slug)
        return self._scores()[0] / self._checks.assignment.max_score

    def _hand_in(self, source: str, count: int) -> None:
        """Begins anew: with an empty gradebook, and submissions that were not graded before."""
        for name in ("submitted", "autograded"):
            shutil.rmtree(self._folder / name, ignore_errors=True)
        (self._folder / "gradebook.db").unlink(missing_ok=True)
        self._run("generate_assignment", self._slug, "--force")
        for number in range(count):
            self._write(self._folder / "submitted" / f"student-{number:02}" / self._slug, source)

    def _write(self, folder: Path, source: str) -> None:
        folder.mkdir(parents=True)
        (folder / f"{self._slug}.ipynb").write_bytes(nbgrader_notebook(self._checks, source))

    def _scores(self) -> list[float]:
        table = self._folder / "grades.csv"
        self._run("export", "--to", str(table))
        with table.open(newline="") as rows:
            return [float(row["score"]) for row in csv.DictReader(rows)]

    def _run(self, *arguments: str) -> str:
        return run([self._nbgrader, *arguments], variables=self._variables, folder=self._folder)
