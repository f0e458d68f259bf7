"""Writes what students put into their folders, each file a minute after the one before."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from grader.course.roster import ClassRules
from grader.submission.collect import Collection, collect
from tests.support.notebooks import code, notebook_bytes

__all__ = ["ADD", "BOTH", "NOON", "NOTHING", "STUB", "hand_in", "look_through", "names_found"]

NOON = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
TASKS = {"sums": ["add", "total"], "conv-shapes": ["conv"]}
ADD = "def add(x, y):\n    return x + y\n"
BOTH = f"{ADD}\n\ndef total(x):\n    return x.sum()\n"
STUB = """
def add(x, y):
    'Adds.'
    raise NotImplementedError("add")

def total(x):
    raise NotImplementedError
"""
NOTHING = "LEARNING_RATE = 0.1\n"


def hand_in(root: Path, files: dict[str, str | bytes], minutes: float = 1.0) -> None:
    """Writes files in this order; the source of an `.ipynb` is put into a cell."""
    for number, (name, text) in enumerate(files.items()):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, str):
            text = notebook_bytes(code(text)) if ".ipynb" in name else text.encode()
        path.write_bytes(text)
        seconds = (NOON + timedelta(minutes=minutes * number)).timestamp()
        os.utime(path, (seconds, seconds))


def look_through(root: Path, rules: ClassRules | None = None) -> Collection:
    """Returns what `collect` finds for the assignments of these tests."""
    return collect(root, TASKS, rules or ClassRules())


def names_found(root: Path) -> list[str]:
    return [one.name for one in look_through(root).found]
