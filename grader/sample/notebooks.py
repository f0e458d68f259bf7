"""Writes an answer as a notebook, the way students leave one: with magics, prints and outputs. Pure."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from typing import Any

from grader.language import in_language
from grader.models import Assignment

__all__ = ["nbgrader_notebook", "plain_notebook"]

_Cell = dict[str, Any]


def plain_notebook(assignment: Assignment, text: str) -> bytes:
    """Returns a notebook with one cell for each definition, and what a student tried out in between."""
    imports, *definitions = _blocks(text)
    return _notebook(
        [
            _markdown(f"# {in_language(assignment.title, 'en')}"),
            _code("%matplotlib inline\n" + imports),
            *(_code(source) for source in definitions),
            _code("print(torch.__version__)", printed="2.13.0\n"),
            _code("!pip list | head -3", printed="Package Version\n"),
        ]
    )


def nbgrader_notebook(assignment: Assignment, text: str) -> bytes:
    """Returns a notebook as nbgrader hands it out, filled in: solution cells, and a locked test cell after each task.

    A test cell that was run would fail the whole file.
    """
    imports, *definitions = _blocks(text)
    cells = [_markdown(f"# {in_language(assignment.title, 'en')}"), _code(imports)]
    for number, source in enumerate(definitions, start=1):
        cells.append(_code(source, nbgrader=_nbgrader(f"task-{number}", is_test=False)))
        cells.append(_code("assert False, 'a test of nbgrader'", nbgrader=_nbgrader(f"test-{number}", is_test=True)))
    return _notebook(cells)


def _blocks(text: str) -> list[str]:
    """Returns the text up to the first definition, without the docstring, and then each definition."""
    lines = text.splitlines(keepends=True)
    nodes = ast.parse(text).body
    body = nodes[1:] if ast.get_docstring(ast.Module(nodes, [])) else nodes
    definitions = [node for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    starts = [node.lineno - 1 for node in definitions] + [len(lines)]
    blocks = [lines[body[0].lineno - 1 : starts[0]]]
    blocks += [lines[start:end] for start, end in zip(starts, starts[1:], strict=False)]
    return ["".join(block).strip("\n") for block in blocks]


def _nbgrader(grade_id: str, *, is_test: bool) -> dict[str, Any]:
    metadata = {"grade": is_test, "grade_id": grade_id, "locked": is_test, "schema_version": 3, "solution": not is_test}
    return {**metadata, "task": False, **({"points": 1} if is_test else {})}


def _markdown(text: str) -> _Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(source: str, *, printed: str = "", nbgrader: dict[str, Any] | None = None) -> _Cell:
    return {
        "cell_type": "code",
        "execution_count": 1 if printed else None,
        "metadata": {} if nbgrader is None else {"nbgrader": nbgrader},
        "outputs": [{"name": "stdout", "output_type": "stream", "text": printed}] if printed else [],
        "source": source,
    }


def _notebook(cells: Iterable[_Cell]) -> bytes:
    document = {
        "cells": [{**cell, "id": f"cell-{number}"} for number, cell in enumerate(cells, start=1)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
