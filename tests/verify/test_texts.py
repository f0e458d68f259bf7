"""Whether the texts of an assignment agree: each disagreement is found, and nothing in a complete assignment."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.errors import CourseError
from grader.verify.texts import complaints_about_texts
from grader.verify.verdicts import Complaint

_PROVED = Path(__file__).parents[1] / "courses" / "proved"
_SOLUTION = "solutions/sums.py"
_TASKS = "assignments/sums/assignment.toml"
_ENGLISH, _CHINESE = "assignments/sums/statement.en.md", "assignments/sums/statement.zh.md"
_MUTANTS = "assignments/sums/mutants/running_sum.py"
_VARIANTS = "assignments/sums/variants/running_sum.py"

Read = Callable[[str, str, str], list[Complaint]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads the texts of a copy of the proved course after putting one text in the place of another."""
    root = tmp_path / "course"
    shutil.copytree(_PROVED, root, ignore=shutil.ignore_patterns("__pycache__"))

    def run(file: str, old: str, new: str) -> list[Complaint]:
        text = (root / file).read_text(encoding="utf-8")
        assert old in text
        (root / file).write_text(text.replace(old, new), encoding="utf-8")
        course = Course(root)
        return complaints_about_texts(course, course.assignment("sums"))

    return run


def test_texts_of_a_complete_assignment_agree(read: Read) -> None:
    assert read(_TASKS, "", "") == []


@pytest.mark.parametrize(
    ("file", "old", "new", "subject", "phrase"),
    [
        pytest.param(_ENGLISH, "(60 points)", "(50 points)", "running_sum", "gives it 60 points", id="points"),
        pytest.param(_CHINESE, "（60 分）", "", "running_sum", "gives it 60 points", id="no-points"),
        pytest.param(_CHINESE, "sum(x: Tensor)", "sum(y: Tensor)", "running_sum", "does not show", id="signature"),
        pytest.param(_ENGLISH, "`torch.cumsum`", "Cheating", "forbid", "is forbidden", id="ban-not-said"),
        pytest.param(_TASKS, "在 `forward` 中相乘。", "Multiply.", "Scale", "not in `zh`", id="hint"),
        pytest.param(_TASKS, "求和", "Sums", "title", "not in `zh`", id="title"),
        pytest.param(_TASKS, "minutes = 5", 'minutes = 5\nprerequisites = ["x"]', "prereq", "`x`", id="prerequisites"),
        pytest.param(_TASKS, "(nn.Module)", "(Module)", "Scale", "the solution has", id="solution-differs"),
        pytest.param(_SOLUTION, "Sums.", "More sums.", "exercises/sums.py", "learn generate sums", id="stale-stub"),
        pytest.param(_VARIANTS, "@variant\ndef by_parts", "def by_parts", "running_sum", "1 variants", id="variants"),
        pytest.param(_MUTANTS, "你的累加方向反了。", "Wrong.", "from_the_end", "no sentence", id="misconception"),
    ],
)
def test_what_does_not_agree_is_said(read: Read, file: str, old: str, new: str, subject: str, phrase: str) -> None:
    found = read(file, old, new)
    assert [text for text in found if subject in text.subject and phrase in text.message], found
    assert {text.check for text in found} == {"text"}


def test_signature_that_is_none_is_refused(read: Read) -> None:
    with pytest.raises(CourseError, match="no `def` or `class` header"):
        read(_TASKS, "class Scale(nn.Module)", "Scale")


def test_mutants_that_do_not_read_are_refused_with_their_file(read: Read) -> None:
    with pytest.raises(CourseError, match="running_sum.py` is no valid Python"):
        read(_MUTANTS, "def in_place(", "def in_place((")
