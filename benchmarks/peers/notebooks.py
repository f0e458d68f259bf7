"""Notebooks as peers want them: one cell with the answer, and for each task a cell that runs its hidden tests."""

from __future__ import annotations

from typing import Any

import msgspec

from benchmarks.checks import Checks
from benchmarks.commands import ROOT

__all__ = ["VARIABLES", "answer_notebook", "nbgrader_notebook", "test_call"]

VARIABLES = {"PYTHONPATH": str(ROOT), "JUPYTER_PREFER_ENV_PATH": "1", "OMP_NUM_THREADS": "1"}
"""Of the environment in which a peer runs: the checks are imported from here, and its own kernel is the one to use."""

_METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
_FACTS = {"schema_version": 3, "locked": False, "task": False}


def test_call(checks: Checks, task: str, names: str) -> str:
    """Returns Python that runs the tests of a task and raises if one fails.

    Args:
        names: an expression for what the notebook defines.
    """
    return f"check({str(checks.suite)!r}, {task!r}, {names})"


def answer_notebook(source: str) -> bytes:
    """Returns a notebook with an answer alone."""
    return _notebook([_cell("answer", source, {})])


def nbgrader_notebook(checks: Checks, source: str) -> bytes:
    """Returns a notebook with an answer and nbgrader's test cells."""
    cells = [_cell("answer", source, {"nbgrader": {**_FACTS, "grade_id": "answer", "grade": False, "solution": True}})]
    for task in checks.assignment.tasks:
        call = f"from benchmarks.peers.in_kernel import check\n\n{test_call(checks, task.name, 'globals()')}"
        facts = {**_FACTS, "grade_id": task.name, "grade": True, "solution": False, "points": task.points}
        cells.append(_cell(task.name, call, {"nbgrader": {**facts, "locked": True}}))
    return _notebook(cells)


def _cell(name: str, source: str, metadata: dict[str, Any]) -> dict[str, Any]:
    head = {"cell_type": "code", "id": name.replace("_", "-"), "metadata": metadata}
    return {**head, "source": source, "execution_count": None, "outputs": []}


def _notebook(cells: list[dict[str, Any]]) -> bytes:
    return msgspec.json.encode({"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5})
