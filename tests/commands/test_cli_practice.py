"""A practice course from the first check to the solutions, as its student sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from grader.course.course import Course
from grader.student.progress import progress_path

Learn = Callable[..., click.testing.Result]

_RIGHT = """
def double(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return x * 2

def add_(x, y):
    x.add_(y)
"""
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


def test_solutions_are_locked_before_full_marks(warm_learn: Learn, exercise: Path) -> None:
    warm_learn("check", "toy")
    result = warm_learn("show", "toy", "--solutions")
    assert result.exit_code == 1
    assert "def " not in result.stdout
    assert "`double`  best 0 / 60" in result.stdout and "`add_`  best 0 / 40" in result.stdout
    assert "  learn hint toy double\n  learn check toy --task double\n" in result.stdout


def test_full_marks_lead_to_the_solutions(warm_learn: Learn, exercise: Path) -> None:
    exercise.write_text(_RIGHT)
    assert "  learn show toy --solutions\n  learn start next-toy\n" in warm_learn("check", "toy").stdout
    result = warm_learn("show", "toy", "--solutions")
    assert result.exit_code == 0
    assert "# double: the reference\ndef double(x: Tensor) -> Tensor:\n" in result.stdout
    assert "# add_: the reference\n" in result.stdout
    assert "full marks" not in result.stdout
    compile(result.stdout, "solutions.py", "exec")


def test_full_marks_in_one_task_open_its_solutions(warm_learn: Learn, exercise: Path) -> None:
    exercise.write_text(_RIGHT)
    warm_learn("check", "toy", "--task", "add_")
    result = warm_learn("show", "toy", "--solutions", "--lang", "zh")
    assert result.exit_code == 0
    assert "# add_：参考解答\n" in result.stdout
    assert "还没有满分的题目：\n  `double`  还没有检查过\n下一步：\n" in result.stdout
    assert "def double" not in result.stdout
    assert warm_learn("show", "toy", "--solutions", "--task", "double").exit_code == 1


def test_file_of_another_name_opens_no_solutions(warm_learn: Learn, exercise: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(_RIGHT)
    assert "--solutions" not in warm_learn("check", "toy", "--file", str(path)).stdout
    assert warm_learn("show", "toy", "--solutions").exit_code == 1


def test_progress_that_cannot_be_kept_promises_no_solutions(
    warm_learn: Learn, practice: Course, exercise: Path
) -> None:
    exercise.write_text(_RIGHT)
    progress_path(practice).parent.mkdir(exist_ok=True)
    progress_path(practice).write_text("{")
    assert "--solutions" not in warm_learn("check", "toy").stdout


def test_other_course_shows_no_solutions_and_leads_to_none(warm_learn: Learn, toy: Course) -> None:
    toy.exercise(toy.assignment("toy")).write_text(_RIGHT)
    assert "--solutions" not in warm_learn("check", "toy").stdout
    result = warm_learn("show", "toy", "--solutions")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is no practice course" in result.stderr
