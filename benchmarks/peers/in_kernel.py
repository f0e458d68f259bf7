"""What a test cell of a notebook calls: the hidden tests of one task, in the kernel that holds the student's functions.

It runs in the environment of a peer and imports what plain pytest would need, and no more. It isolates nothing.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.inprocess import InProcess
from grader.runtime.trusted.rng import Rng, derive_seed
from grader.runtime.trusted.student import Student

__all__ = ["check", "tests_of"]


def check(suite: str, task: str, names: dict[str, Any]) -> None:
    """Runs every test of a task.

    Args:
        suite: the folder of the tests.
        names: what the notebook defines.

    Raises:
        LookupError: if there is no test of this task.
        Exception: what the first test raised that failed, once all have run.
    """
    student = Student(InProcess(SimpleNamespace(**names)), "cpu")
    failures: list[Exception] = []
    tests = dict(tests_of(Path(suite), task))
    if not tests:
        raise LookupError(f"`{suite}` has no test of `{task}`")
    for name, test in tests.items():
        fixtures = {"student": student, "rng": Rng(derive_seed(0, name))}
        try:
            test(**{argument: fixtures[argument] for argument in inspect.signature(test).parameters})
        except Exception as error:
            failures.append(error)
    if failures:
        raise failures[0]


def tests_of(suite: Path, task: str) -> Iterator[tuple[str, Callable[..., None]]]:
    """Yields the tests of a task with their names. The folder of the suite stays on the path of imports."""
    if str(suite) not in sys.path:
        sys.path.insert(0, str(suite))
    for path in sorted(suite.glob("test_*.py")):
        module = importlib.import_module(path.stem)
        for name, value in vars(module).items():
            if name.startswith("test_") and (_task_of(value) or _task_of(module)) == task:
                yield f"{path.name}::{name}", value


def _task_of(marked: Any) -> str | None:
    marks = getattr(marked, "pytestmark", [])
    found = [mark.args[0] for mark in (marks if isinstance(marks, list) else [marks]) if mark.name == "task"]
    return found[0] if found else None
