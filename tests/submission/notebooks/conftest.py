"""Notebooks that are sifted in this process: the one of its own is tested in `test_reading.py`, and costs time."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.submission.notebooks.reading import NotebookSource, read_notebook
from grader.submission.notebooks.sifting import sift
from tests.support.notebooks import notebook_bytes

Handed = Callable[..., "HandedIn"]


class HandedIn:
    """A notebook as it was read, and as its module runs."""

    def __init__(self, read: NotebookSource) -> None:
        self.read = read
        self.notes = "\n".join(note["en"] for note in read.notes)
        self.notes_zh = "\n".join(note["zh"] for note in read.notes)
        self.text = read.source.decode()

    def run(self) -> dict[str, Any]:
        """Returns the names of its module, which is imported as it is where it is judged."""
        module = types.ModuleType("handed_in")
        sys.modules["handed_in"] = module
        exec(compile(self.read.source, "module", "exec", dont_inherit=True), module.__dict__)
        return module.__dict__


@pytest.fixture
def hand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Handed]:
    """Reads cells as a notebook that is asked for `f`."""

    def run(_: list[str], *, input: bytes, **__: object) -> subprocess.CompletedProcess[bytes]:  # noqa: A002
        request = json.loads(input)
        return subprocess.CompletedProcess([], 0, json.dumps(sift(request["cells"], request["names"])).encode(), b"")

    def hand_in(*cells: dict[str, Any], names: tuple[str, ...] = ("f",)) -> HandedIn:
        return HandedIn(read_notebook(notebook_bytes(*cells), Path("ada/hw.ipynb"), names))

    monkeypatch.setattr(subprocess, "run", run)
    yield hand_in
    sys.modules.pop("handed_in", None)
