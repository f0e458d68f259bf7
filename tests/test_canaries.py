"""Nothing hidden leaves a course: every hidden place holds a word of its own, and no product may hold one of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.release.kinds import KINDS

_COURSE = """
# CANARY-comment-of-course
format_version = 1
languages = ["en", "zh"]
order = ["open", "other"]

[title]
en = "Course"
zh = "课程"

[class]
inbox = "CANARY-inbox"
deadlines = { other = 7391-02-03T04:05:06Z }

[[class.students]]
id = "CANARY-id"
name = "CANARY-name"
email = "CANARY-email@example.org"
number = "CANARY-number"
section = "CANARY-section"
extensions = { open = 7392-03-04T05:06:07Z }
"""
_ASSIGNMENT = """
# CANARY-comment-of-assignment
format_version = 1
difficulty = "easy"
minutes = 5

[title]
en = "Open"
zh = "公开"

[[tasks]]
name = "double"
points = 10
signature = "def double(x: int) -> int"
"""
_SOLUTION = '''"""Doubling."""


def double(x: int) -> int:
    """Doubles."""
    ### BEGIN SOLUTION
    # CANARY-comment-of-reference
    return 2 * x  # CANARY-reference
    ### END SOLUTION
'''
_TESTS = '''"""CANARY-docstring-of-tests"""

import pytest
from helpers import check, oracle

from grader.suite import assert_close, hint, task, visible

pytestmark = task("double")
HIDDEN = "CANARY-constant"


@visible
def test_shown(student):
    """Doubles 1."""
    check(student.double(1), 2)


# CANARY-comment-between-tests
@hint("CANARY-hint", "CANARY-hint-zh")
@pytest.mark.parametrize("x", ["CANARY-parameter"])
def test_hidden(student, x):
    """CANARY-title-of-hidden-test."""
    assert_close(student.double(HIDDEN), oracle("CANARY-input"))
'''
_HELPERS = '''"""CANARY-docstring-of-helpers"""

from grader.suite import assert_close


def check(found, expected):
    assert_close(found, expected)


def oracle(x):
    """CANARY-docstring-of-oracle"""
    return "CANARY-oracle"
'''
_MUTANTS = '@mutant(en="CANARY-mutant", zh="CANARY-mutant-zh")\ndef right(x):\n    return x  # CANARY-body-of-mutant\n'
_FILES = {
    "course.toml": _COURSE,
    "assignments/open/assignment.toml": _ASSIGNMENT,
    "assignments/open/statement.en.md": "# Open\n\nDouble it.\n",
    "assignments/open/statement.zh.md": "# 公开\n\n加倍。\n",
    "assignments/open/suite/conftest.py": '@pytest.fixture\ndef unused():\n    return "CANARY-fixture"\n',
    "assignments/open/suite/data.txt": "CANARY-data",
    "assignments/open/suite/helpers.py": _HELPERS,
    "assignments/open/suite/test_double.py": _TESTS,
    "assignments/open/mutants/double.py": _MUTANTS,
    "assignments/open/variants/double.py": "@variant\ndef summed(x):\n    return x + x  # CANARY-variant\n",
    "assignments/open/notes.md": "CANARY-notes",
    "solutions/open.py": _SOLUTION,
    "assignments/other/assignment.toml": _ASSIGNMENT.replace("Open", "CANARY-other-title"),
    "assignments/other/statement.en.md": "CANARY-other-statement",
    "solutions/other.py": "CANARY_OTHER_SOLUTION = 1",
    "exercises/open.py": "CANARY-work-of-a-student",
    "inbox/ada/open.py": "CANARY-submission",
    ".gradus/progress.json": "CANARY-progress",
}
_DATES = {"7391", "7392"}  # moments hold no words, so the years of these two stand for them
_MEANT_FOR_INSTRUCTORS = {  # the class is not
    name for name in _FILES if name.startswith(("assignments/open/suite", "assignments/open/mutants", "solutions/open"))
}


@pytest.fixture
def course(tmp_path: Path) -> Course:
    for name, text in _FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Course(tmp_path)


def _canaries(names: set[str]) -> set[str]:
    words = {word.strip("\"'.,()") for name in names for word in _FILES[name].replace("=", " ").split()}
    return {word for word in words if word.startswith("CANARY")} | _DATES


def _contents(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yields a file and, of an archive, all that is in it, with the names."""
    yield name, name.encode() + b"\n" + content
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for inner in archive.namelist():
                yield from _contents(f"{name}/{inner}", archive.read(inner))


def _leaks(files: dict[str, bytes], canaries: set[str]) -> list[str]:
    parts = [part for name, content in files.items() for part in _contents(name, content)]
    return sorted(f"{name}: {word}" for name, content in parts for word in canaries if word.encode() in content)


_NOTHING: set[str] = set()
_PRODUCTS = {  # the kind, which of its files, and what may be in them
    "bundle": ("bundle", "bundles/", _NOTHING),
    "notebook of students": ("notebook", "nbgrader/release/", _NOTHING),
    "notebook of instructors": ("notebook", "nbgrader/source/", _MEANT_FOR_INSTRUCTORS),
    "gradescope": ("gradescope", "gradescope/", _MEANT_FOR_INSTRUCTORS),
}


@pytest.mark.parametrize("name", _PRODUCTS)
def test_nothing_hidden_is_in_a_product(course: Course, name: str) -> None:
    kind, folder, meant = _PRODUCTS[name]
    files = KINDS[kind].make(course, course.assignment("open"))
    chosen = {path: content for path, content in files.items() if path.startswith(folder)}
    assert chosen
    assert _leaks(chosen, _canaries(set(_FILES) - meant)) == []
    assert bool(_leaks(chosen, _canaries(meant) - _DATES)) == bool(meant)  # a word is found where it may be


def test_every_file_of_every_kind_is_looked_at(course: Course) -> None:
    folders = tuple(folder for _, folder, _ in _PRODUCTS.values())
    files = [name for kind in KINDS.values() for name in kind.make(course, course.assignment("open"))]
    assert set(KINDS) == {kind for kind, _, _ in _PRODUCTS.values()}
    assert [name for name in files if not name.startswith(folders)] == []


def test_hidden_places_all_hold_a_canary() -> None:
    harmless = {f"assignments/open/statement.{language}.md" for language in ("en", "zh")}
    assert {name for name in _FILES if not _canaries({name}) - _DATES} == harmless


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (
            "assignments/open/suite/helpers.py",
            ("assert_close(found, expected)", 'assert_close(found, "CANARY-oracle")'),
        ),
        ("solutions/open.py", ('"""Doubling."""', '"""CANARY-reference"""')),
        ("assignments/open/statement.zh.md", ("加倍", "CANARY-other-statement")),
        ("course.toml", ('en = "Course"', 'en = "CANARY-inbox"')),
    ],
    ids=["suite", "stub", "statement", "course"],
)
def test_leak_into_a_bundle_is_found(course: Course, name: str, change: tuple[str, str]) -> None:
    path = course.root / name
    text = path.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), encoding="utf-8")
    course = Course(course.root)
    leaks = _leaks(KINDS["bundle"].make(course, course.assignment("open")), _canaries(set(_FILES)))
    assert leaks and all(change[1].split("CANARY")[1][:5] in leak for leak in leaks)
