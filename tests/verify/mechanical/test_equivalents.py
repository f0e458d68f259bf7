"""The list of the mechanical mutants that do what the reference does."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.errors import CourseError
from grader.verify.mechanical.equivalents import Equivalent, block_of, listed_equivalents

_PROVED = Path(__file__).parents[2] / "courses" / "proved"
_ENTRY = '[[equivalent]]\ntask = "Scale"\nfrom = "return x"\nto = "return -x"\nreason = "Signs are dropped."\n'

Read = Callable[[str], tuple[Equivalent, ...]]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    shutil.copytree(_PROVED, tmp_path / "course")
    return Course(tmp_path / "course")


@pytest.fixture
def read(course: Course) -> Read:
    path = course.folder("sums") / "mutants" / "equivalent.toml"

    def run(text: str) -> tuple[Equivalent, ...]:
        path.write_text(text, encoding="utf-8")
        return listed_equivalents(course, course.assignment("sums"))

    return run


def test_entries_are_read_in_their_order(read: Read) -> None:
    first, second = read(_ENTRY + _ENTRY.replace("return -x", ""))
    assert (first.key, first.reason) == (("Scale", "return x", "return -x"), "Signs are dropped.")
    assert second.key == ("Scale", "return x", "")


def test_no_list_and_an_empty_one_are_the_same(read: Read, course: Course) -> None:
    assert read("# nothing yet\n") == ()
    (course.folder("sums") / "mutants" / "equivalent.toml").unlink()
    assert listed_equivalents(course, course.assignment("sums")) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[equivalent]]", "[equivalent", "is no valid TOML"),
        ("[[equivalent]]", "[[equivalents]]", "unknown field `equivalents`"),
        ('reason = "Signs are dropped."\n', "", "missing required field `reason`"),
        ("Signs are dropped.", " ", "Each `[[equivalent]]` has the texts"),
        ('"return -x"', "1", "Expected `str`, got `int`"),
        ("task", "tusk", "unknown field `tusk`"),
        ('"Scale"', '"Scales"', "entry 1 names the task `Scales`, which is not there. Did you mean `Scale`"),
        ("[[equivalent]]", _ENTRY + "[[equivalent]]", "entry 2 is there before: `return x`"),
    ],
    ids=["toml", "table", "no-reason", "empty-reason", "number", "key", "task", "twice"],
)
def test_list_that_does_not_read_is_refused_with_its_place(read: Read, old: str, new: str, said: str) -> None:
    with pytest.raises(CourseError) as caught:
        read(_ENTRY.replace(old, new, 1))
    assert "mutants/equivalent.toml`" in str(caught.value) and said in str(caught.value)


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("return f( x,eps = 1e-5 )", "return f(x, eps=1e-05)"),
        ('if mode == "sum":', "if mode == 'sum':"),
        ("def f(x, eps=1e-5):", "def f(x, eps=1e-05):"),
        ("@staticmethod", "@staticmethod"),
        ("", ""),
    ],
)
def test_statement_is_known_however_it_is_written(written: str, spelled: str) -> None:
    assert Equivalent(task="f", before=written, after=written, reason="r").key == ("f", spelled, spelled)


def test_block_for_an_author_reads_as_the_entry_it_is() -> None:
    before, after = "print('a\\n', \"\u4e00\")", 'return "\\\\"'
    (entry,) = tomllib.loads(block_of("f", before, after))["equivalent"]
    assert entry == {"task": "f", "from": before, "to": after, "reason": "..."}


def test_list_judges_nobody(read: Read, course: Course) -> None:
    before = course.suite(course.assignment("sums"))
    read(_ENTRY)
    assert course.suite(course.assignment("sums")) == before


def test_task_of_that_name_would_share_the_file(course: Course, read: Read) -> None:
    path = course.folder("sums") / "assignment.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"Scale"', '"Equivalent"'), encoding="utf-8")
    with pytest.raises(CourseError, match="give the task `Equivalent` another name"):
        read(_ENTRY)
