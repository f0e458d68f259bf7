"""The gate complains of whatever a suite says to students in one language only."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.course import Course
from grader.errors import CourseError
from grader.verify.texts import _of_suite

_COURSE = Course(Path(__file__).parents[2])


def _complaints(folder: Path, text: str, name: str = "test_add.py") -> list[tuple[str, str]]:
    (folder / name).write_text(text, encoding="utf-8")
    return [(complaint.subject, complaint.message) for complaint in _of_suite(folder, ["en", "zh"])]


@pytest.mark.parametrize("slug", ["broadcasting", "optimizers"])
def test_shipped_suites_say_everything_in_both_languages(slug: str) -> None:
    assert list(_of_suite(_COURSE.folder(slug) / "suite", ["en", "zh"])) == []


@pytest.mark.parametrize(
    "body",
    [
        'def test_a():\n    """Adds.\n\n    求和。\n    """\n',
        'def helper():\n    """Not read by students."""\n',
        'require(x, "it holds", "成立")\n',
        'require(x, en="it holds", zh="成立")\n',
        'grader.suite.require(x, "it holds", zh="成立")\n',
        '@hint("Look.", "看一看。")\ndef helper():\n    pass\n',
    ],
    ids=["title", "helper", "require", "by name", "qualified", "hint"],
)
def test_gate_accepts_what_is_said_in_both(body: str, tmp_path: Path) -> None:
    assert _complaints(tmp_path, body) == []


@pytest.mark.parametrize(
    ("body", "subject", "phrase"),
    [
        ('def test_a():\n    """Adds."""\n', "test_add.py::test_a", "no title"),
        ('def test_a():\n    """Adds.\n\n    And more.\n    """\n', "test_add.py::test_a", "no title"),
        ('def test_a():\n    """求和。\n\n    求和。\n    """\n', "test_add.py::test_a", "no title"),
        ("def test_a():\n    pass\n", "test_add.py::test_a", "no title"),
        ('class TestA:\n    def test_a(self):\n        """Adds."""\n', "test_add.py::test_a", "no title"),
        ('require(x, "it holds")\n', "test_add.py:1", "`require`"),
        ('require(x, "it holds", "it holds")\n', "test_add.py:1", "`require`"),
        ('require(x, "it holds", SENTENCE)\n', "test_add.py:1", "`require`"),
        ("require(x, *SENTENCES)\n", "test_add.py:1", "`require`"),
        ("require(x)\n", "test_add.py:1", "`require`"),
        ('\n@hint("Look.")\ndef helper():\n    pass\n', "test_add.py:2", "`hint`"),
        ('require(x, "it holds", "是 7.25")\n', "test_add.py:1", "7.25"),
        ('def test_a():\n    """Adds.\n\n    和是 7.25。\n    """\n', "test_add.py::test_a", "7.25"),
    ],
    ids=[
        "title",
        "two English paragraphs",
        "no English title",
        "no docstring",
        "method",
        "require",
        "require twice English",
        "sentence elsewhere",
        "starred",
        "no sentence",
        "hint",
        "number in a sentence",
        "number in a title",
    ],
)
def test_gate_complains_of_what_is_not(body: str, subject: str, phrase: str, tmp_path: Path) -> None:
    ((found, message),) = _complaints(tmp_path, body)
    assert found == subject
    assert phrase in message


def test_gate_looks_for_sentences_beside_the_tests_and_for_titles_in_them_only(tmp_path: Path) -> None:
    body = 'def test_helper():\n    """Helps."""\n    require(x, "it holds")\n'
    assert [subject for subject, _ in _complaints(tmp_path, body, "oracle.py")] == ["oracle.py:3"]


def test_gate_says_which_file_is_no_python(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="test_add.py"):
        _complaints(tmp_path, "def test_a(:\n")


def test_number_that_only_the_first_language_tells_is_found_where_english_is_not_first(tmp_path: Path) -> None:
    (tmp_path / "test_add.py").write_text(
        'def test_a():\n    """求和得 0.25。\n\n    Adds.\n    """\n', encoding="utf-8"
    )
    (complaint,) = _of_suite(tmp_path, ["zh", "en"])
    assert complaint.message == "tells 0.25 in `zh` only"
