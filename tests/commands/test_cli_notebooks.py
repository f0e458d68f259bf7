"""`learn check` and `learn grade` give a notebook in which much goes wrong the points of what is right in it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import msgspec
import pytest

from grader.course.course import Course
from grader.models import Report
from tests.support.notebooks import code, locked_test, notebook_bytes, solution

Learn = Callable[..., click.testing.Result]

_DOUBLE = """\
REGISTRY = {}


def register(function):
    REGISTRY[function.__name__] = function
    return function


@register
def twice(x):
    return x * 2


def double(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return REGISTRY["twice"](x)
"""
_ADD = "def add_(x, y):\n    x.add_(y)"
_STUB = "def add_(x, y):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
_MESSY = {
    "failing": [
        solution(f"import nowhere_at_all\nassert False\n{_DOUBLE}\ndisplay(double(1))"),
        solution(
            f"limit = int(input())\n{_ADD}\n\nif limit > 3:\n    add_(1, 2)\nfor i in range(10**12):\n    print(i)"
        ),
    ],
    "helper": [
        code("import nowhere_at_all as sns, torch"),
        solution(f"{_DOUBLE}\n\ndef show(x: sns.Grid):\n    sns.plot(x)"),
        solution("def add_(x, y):\n    if x is None:\n        show(x)\n    x.add_(y)"),
    ],
    "text": [solution(_DOUBLE) | {"cell_type": "markdown"}, solution(_ADD) | {"cell_type": "raw"}],
    "tests": [solution("raise NotImplementedError()"), locked_test(_DOUBLE), solution(_ADD)],
    "doubled": [solution(_DOUBLE), solution(_ADD), solution(_ADD), solution(_STUB)],
    "awaits": [solution(f"await setup()\n{_DOUBLE}"), solution(f"pip install x\n%time y = 1\n{_ADD}\nadd_?")],
    "files": [code(f"%%writefile mine.py\n{_DOUBLE}"), code("from mine import double"), code(_ADD)],
}


def _written(path: Path, cells: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook_bytes(*cells))
    return path


@pytest.mark.parametrize("cells", _MESSY.values(), ids=_MESSY)
def test_right_answers_in_a_messy_notebook_get_full_marks(
    cells: list[dict[str, Any]], warm_learn: Learn, toy: Course, tmp_path: Path
) -> None:
    path = _written(tmp_path / "my homework.ipynb", cells)
    result = warm_learn("check", "toy", "--file", str(path), "--json")
    report = msgspec.json.decode(result.stdout, type=Report)
    assert (report.score, report.file) == (100, "my homework.ipynb"), report
    assert report.notes


def test_needed_statement_that_fails_costs_one_task_and_is_shown(
    warm_learn: Learn, toy: Course, tmp_path: Path
) -> None:
    cells = [code("table = open('/nowhere').read()"), code(_DOUBLE), code("def add_(x, y):\n    x.add_(y * table)")]
    path = _written(tmp_path / "mine.ipynb", cells)
    result = warm_learn("check", "toy", "--file", str(path))
    assert "Score 60 / 100" in result.stdout
    assert "Cell 1, line 1 (第 1 个单元格第 1 行): FileNotFoundError" in result.stdout
    assert "NameError" in result.stdout


@pytest.mark.parametrize("name", ["my homework.ipynb", "toy (1).py", "Toy - Copy.py"])
def test_message_names_the_file_that_was_handed_in(name: str, warm_learn: Learn, toy: Course, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(notebook_bytes(code(_ADD)) if path.suffix == ".ipynb" else _ADD.encode())
    result = warm_learn("check", "toy", "--file", str(path), "--json")
    told = [test.message for task in msgspec.json.decode(result.stdout, type=Report).tasks for test in task.tests]
    assert f"`double` is not defined in {name}" in told
    assert not any(" toy.py" in message for message in told)


def test_class_of_messy_notebooks_gets_full_marks(warm_learn: Learn, toy: Course, tmp_path: Path) -> None:
    for student, cells in _MESSY.items():
        _written(tmp_path / "handed-in" / student / "toy.ipynb", cells)
    trusted = ("--sandbox", "process", "--trust-submissions")
    result = warm_learn("grade", str(tmp_path / "handed-in"), "--out", str(tmp_path / "grades"), *trusted)
    with (tmp_path / "grades" / "grades.csv").open(encoding="utf-8", newline="") as file:
        scores = {row["student"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == dict.fromkeys(_MESSY, 100.0), result.output
