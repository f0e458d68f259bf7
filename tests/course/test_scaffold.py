"""A new assignment: it loads at once, nothing is written over, and names that could not work are refused."""

from __future__ import annotations

import ast
import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.course.exercises import generate
from grader.course.scaffold import scaffold
from grader.errors import UserError
from grader.models import Text
from grader.suite.mutants import stand_ins
from grader.verify.texts import complaints_about_texts

_ROOT = Path(__file__).parents[2]
_TITLE = Text(en="Running mean", zh="滑动平均")


def _files(course: Course) -> dict[str, bytes]:
    paths = [path for path in course.root.rglob("*") if path.is_file()]
    return {path.relative_to(course.root).as_posix(): path.read_bytes() for path in paths}


def _new(course: Course, *task_names: str) -> Course:
    scaffold(course, "running-mean", title=_TITLE, task_names=task_names)
    return Course(course.root)


def test_scaffold_writes_every_file_and_the_course_has_the_assignment(toy: Course) -> None:
    before = _files(toy)

    written = scaffold(toy, "running-mean", title=_TITLE, task_names=("mean_of_last", "Averager"))

    after = _files(toy)
    assert (
        {path.relative_to(toy.root).as_posix() for path in written}
        == set(after) - set(before)
        == {
            "assignments/running-mean/assignment.toml",
            "assignments/running-mean/statement.en.md",
            "assignments/running-mean/statement.zh.md",
            "assignments/running-mean/suite/test_mean_of_last.py",
            "assignments/running-mean/suite/test_Averager.py",
            "assignments/running-mean/mutants/mean_of_last.toml",
            "assignments/running-mean/mutants/Averager.toml",
            "assignments/running-mean/variants/mean_of_last.py",
            "assignments/running-mean/variants/Averager.py",
            "solutions/running_mean.py",
        }
    )
    assert {name: after[name] for name in before} == before
    course = Course(toy.root)
    assignment = course.assignment("running-mean")
    assert course.slugs[-1] == "running-mean"
    assert assignment.title == _TITLE
    assert [(task.name, task.points) for task in assignment.tasks] == [("mean_of_last", 50), ("Averager", 50)]
    assert assignment.task("Averager").signature == "class Averager(nn.Module)"


def test_scaffold_can_be_generated_and_has_mutants_and_variants(toy: Course) -> None:
    course = _new(toy, "mean_of_last", "Averager")
    assignment = course.assignment("running-mean")

    generate(course, assignment)

    stub = course.exercise(assignment).read_text(encoding="utf-8")
    assert 'raise NotImplementedError("mean_of_last")' in stub
    assert 'raise NotImplementedError("Averager.forward")' in stub
    assert len(stand_ins(course, assignment, "mutant")) == 2
    assert len(stand_ins(course, assignment, "variant")) == 4


def test_scaffold_complains_of_nothing_but_what_is_marked(toy: Course) -> None:
    course = _new(toy, "mean_of_last", "Averager")
    assignment = course.assignment("running-mean")
    generate(course, assignment)

    complaints = complaints_about_texts(course, assignment)

    marked = {name for name, text in _files(course).items() if b"TODO(author)" in text} - {"exercises/running_mean.py"}
    assert {complaint.subject for complaint in complaints} == marked
    assert len(marked) == 10
    (statement,) = (complaint for complaint in complaints if complaint.subject.endswith("statement.en.md"))
    assert statement.message == "has `TODO(author)` in lines 3, 10, 18, 20, 28, 30"


@pytest.mark.parametrize("names", [(), ("f",), ("Averager",), ("f", "Averager", "g")], ids=str)
def test_scaffold_is_formatted_python(toy: Course, names: tuple[str, ...]) -> None:
    course = _new(toy, *names)
    paths = [path for path in course.root.rglob("*.py") if "running" in str(path)]

    for path in paths:
        ast.parse(path.read_text(encoding="utf-8"))
    options = ["--no-cache", "--isolated", "--line-length", "120"]
    run = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--diff", *options, *paths], cwd=_ROOT, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout) == (0, "")
    for name in ("assignment.toml", "statement.en.md", "statement.zh.md"):
        text = (course.folder("running-mean") / name).read_text(encoding="utf-8")
        assert "\n\n\n" not in text and text.endswith("\n") and not text.endswith("\n\n"), name


def test_scaffold_names_its_task_and_its_title_after_the_slug(toy: Course) -> None:
    scaffold(toy, "conv-shapes-2")

    assignment = Course(toy.root).assignment("conv-shapes-2")
    assert [task.name for task in assignment.tasks] == ["conv_shapes_2"]
    assert assignment.title["en"] == "Conv shapes 2"
    assert "TODO(author)" in assignment.title["zh"]


def test_scaffold_shares_out_whole_points(toy: Course) -> None:
    course = _new(toy, "a", "b", "c")

    assert [task.points for task in course.assignment("running-mean").tasks] == [34, 33, 33]


def test_scaffold_tells_a_class_from_a_function_of_the_same_letters(toy: Course) -> None:
    course = _new(toy, "mean", "Mean")

    names = {path.name for path in (course.folder("running-mean") / "suite").iterdir()}
    assert names == {"test_mean.py", "test_Mean_class.py"}
    assert [found.task for found in stand_ins(course, course.assignment("running-mean"), "mutant")] == ["mean", "Mean"]


@pytest.mark.parametrize("title", ['The "sum" \\ of', "a = [1] # no comment", "'''", "{{ title }} {% if %}", "é"])
def test_scaffold_takes_any_printable_title(toy: Course, title: str) -> None:
    scaffold(toy, "running-mean", title=Text(en=title, zh=f"{title} 中文"))

    assert Course(toy.root).assignment("running-mean").title == Text(en=title, zh=f"{title} 中文")


# What is refused.


@pytest.mark.parametrize(
    "slug",
    ["", "Sums", "1st", "-x", "x-", "a--b", "a_b", "a b", "a/b", "..", "总和", "x\n", "a" * 51]
    + ["class", "random", "torch", "conftest", "test-sums", "con", "import"],
    ids=repr,
)
def test_scaffold_refuses_a_slug_that_cannot_be_a_module_of_its_own(toy: Course, slug: str) -> None:
    before = _files(toy)

    with pytest.raises(UserError, match="cannot be the name of an assignment"):
        scaffold(toy, slug)
    assert _files(toy) == before


@pytest.mark.parametrize("name", ["", "1st", "a-b", "a b", "def", "总和", "run", "device", "__import__('os')", "f\n"])
def test_scaffold_refuses_a_name_that_no_task_can_have(toy: Course, name: str) -> None:
    before = _files(toy)

    with pytest.raises(UserError, match="cannot be the name of a task"):
        scaffold(toy, "running-mean", task_names=("good", name))
    assert _files(toy) == before


def test_scaffold_refuses_a_task_that_is_named_twice(toy: Course) -> None:
    with pytest.raises(UserError, match="`f` is named twice"):
        scaffold(toy, "running-mean", task_names=("f", "g", "f"))


def test_scaffold_refuses_more_tasks_than_points(toy: Course) -> None:
    with pytest.raises(UserError, match="at most 100 tasks"):
        scaffold(toy, "running-mean", task_names=tuple(f"f{number}" for number in range(101)))


@pytest.mark.parametrize("title", ["two\nlines", "\x1b[2J", "\u202e"], ids=repr)
def test_scaffold_refuses_a_title_with_control_characters(toy: Course, title: str) -> None:
    with pytest.raises(UserError, match="is no title"):
        scaffold(toy, "running-mean", title=Text(en=title, zh=""))


def test_scaffold_refuses_an_assignment_that_is_there(toy: Course) -> None:
    with pytest.raises(UserError, match="There is an assignment `next-toy` already"):
        scaffold(toy, "next-toy")


@pytest.mark.parametrize("name", ["solutions/running_mean.py", "assignments/running-mean"])
@pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to("nowhere")], ids=["file", "link"])
def test_scaffold_never_writes_over_what_is_there(toy: Course, name: str, make: Callable[[Path], None]) -> None:
    make(toy.root / name)
    before = _files(toy)

    with pytest.raises(UserError, match=f"`.*{name}` is there already, and is not written over"):
        scaffold(toy, "running-mean")
    assert _files(toy) == before


@pytest.mark.parametrize("at", range(1, 8))
def test_scaffold_that_fails_leaves_nothing(toy: Course, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    before = _files(toy)
    opened, calls = Path.open, iter(range(1, 100))

    def fail_later(path: Path, mode: str = "r", **options: object) -> object:
        if mode == "x" and next(calls) == at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return opened(path, mode, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", fail_later)

    with pytest.raises(UserError, match="cannot be written: No space left on device"):
        scaffold(toy, "running-mean")
    assert _files(toy) == before
    assert not toy.folder("running-mean").exists()
