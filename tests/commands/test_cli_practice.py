"""A practice course, as its student sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from grader.course.course import Course

Learn = Callable[..., click.testing.Result]

_MISTAKES = """
class ShapeError(ValueError): pass

def double(x):
    print("doubling", tuple(x.shape))
    return x * 3

def add_(x, y):
    raise ShapeError(f"{tuple(x.shape)} does not fit")
"""


@pytest.fixture
def exercise(practice: Course, warm_learn: Learn, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The exercise of `toy`, in the practice course where the commands run."""
    monkeypatch.chdir(practice.root)
    return practice.exercise(practice.assignment("toy"))


def test_check_tells_everything_of_hidden_tests(warm_learn: Learn, exercise: Path) -> None:
    exercise.write_text(_MISTAKES)
    text = warm_learn("check", "toy").stdout
    title = text.index("Doubles anything.")
    assert "12 of 12 elements differ" in text[title:]
    assert "`ShapeError` was raised: (3,) does not fit" in text
    assert "doubling (3, 4)" in text


def test_grading_of_a_class_stays_terse(warm_learn: Learn, practice: Course, exercise: Path) -> None:
    """The code of others is judged as in any course, whatever the course is made of."""
    path = practice.root / "handed-in" / "ada" / "toy.py"
    path.parent.mkdir(parents=True)
    path.write_text(_MISTAKES)
    graded = warm_learn("grade", str(path.parents[1]), "--sandbox", "process", "--trust-submissions")
    assert graded.exit_code == 0, graded.output
    (report,) = (practice.root / "grades" / "reports").rglob("*.json")
    document = json.loads(report.read_text())
    hidden = [test for task in document["tasks"] for test in task["tests"] if test["visibility"] == "hidden"]
    said = {test["message"] for test in hidden}
    assert {"the result has the wrong values", "`ValueError` was raised"} <= said
    assert "doubling (3, 4)" not in document["output"]
