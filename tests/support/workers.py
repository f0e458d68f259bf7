"""A small class whose submissions wait in a store for workers elsewhere, and what must have become of it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

__all__ = ["Outcome", "Waiting", "environment", "graded_here", "make_class", "wait_until"]

_ROOT = Path(__file__).parents[2]
_PATIENCE_S = 180.0
_POLL_S = 0.05

Outcome = tuple[dict[str, tuple[str, str]], dict[str, list[tuple[str, str]]]]
"""Status and score of each student, and the verdict of each test."""


def make_class(folder: Path, students: int) -> Path:
    """Writes submissions for one assignment, right ones, wrong ones and what is refused."""
    chosen = ("--students", str(students), "--seed", "4", "--assignment", "broadcasting")
    _learn("sample-class", *chosen, "--into", str(folder)).check_returncode()
    return folder


def graded_here(folder: Path, out: Path) -> Outcome:
    """Returns what `learn grade` makes of a class on this machine alone."""
    trusting = ("--sandbox", "process", "--trust-submissions")
    _learn("grade", str(folder), "--out", str(out), "--assignment", "broadcasting", *trusting).check_returncode()
    return _outcome(out)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A class that `learn grade --jobs 0` has put into a store; that command waits for workers.

    Attributes:
        command: what runs until all is judged.
    """

    url: str
    out: Path
    command: subprocess.Popen[str]

    @staticmethod
    def begin(folder: Path, out: Path, url: str) -> Waiting:
        """Starts the command, and returns once the work waits."""
        arguments = ("grade", str(folder), "--out", str(out), "--assignment", "broadcasting", "--jobs", "0")
        command = subprocess.Popen(
            [sys.executable, "-m", "cli", *arguments],
            cwd=_ROOT,
            env={**environment(), "GRADUS_STORE": url},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        found = Waiting(url=url, out=out, command=command)
        wait_until(lambda: found._has_table() and found.count("pending") > 0)
        return found

    def count(self, table: str) -> int:
        return self.numbers(f"SELECT count(*) FROM {table}")[0]

    def numbers(self, query: str) -> list[int]:
        """Returns the first column of what a query finds."""
        engine = create_engine(self.url.replace("postgresql:", "postgresql+psycopg:"))
        try:
            with engine.connect() as connection:
                return [int(row[0]) for row in connection.execute(text(query))]
        finally:
            engine.dispose()

    def outcome(self) -> Outcome:
        """Waits until the command has ended, and returns the grades and verdicts that it wrote."""
        printed, _ = self.command.communicate(timeout=_PATIENCE_S)
        assert self.command.returncode == 0, printed
        return _outcome(self.out)

    def judged(self) -> int:
        """Returns how many results were kept, as the audit log has it, which forgets none."""
        return self.count("audit WHERE action = 'grade'")

    def _has_table(self) -> bool:
        query = "SELECT 1 FROM information_schema.tables WHERE table_name = 'pending'"
        return bool(self.numbers(query))


def environment() -> dict[str, str]:
    """Returns this process's environment without what would change a command, and with `learn` on the PATH."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRADUS_")}
    return {**kept, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(_POLL_S)


def _learn(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", *arguments]
    return subprocess.run(command, cwd=_ROOT, env=environment(), capture_output=True, text=True)


def _outcome(out: Path) -> Outcome:
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        grades = {row["student"]: (row["status"], row["score"]) for row in csv.DictReader(file)}
    verdicts = {path.parent.name: _verdicts(path) for path in (out / "reports").rglob("broadcasting.json")}
    return grades, verdicts


def _verdicts(path: Path) -> list[tuple[str, str]]:
    report = json.loads(path.read_text(encoding="utf-8"))
    return sorted((test["test"], test["verdict"]) for task in report["tasks"] for test in task["tests"])
