"""Courses that are written for a measurement: with so many tests, or with a test that sends a tensor of some size."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from benchmarks.checks import Checks
from grader.course.course import Course

__all__ = ["CROSSINGS", "course_with_answer", "course_with_argument", "course_with_tests"]

CROSSINGS = 10
"""How often such a test sends its tensor, so that the time of making it counts little."""

_COURSE = 'format_version = 1\nlanguages = ["en"]\n\n[title]\nen = "A course for a measurement"\n'
_ASSIGNMENT = (
    'format_version = 1\ndifficulty = "easy"\nminutes = 5\n\n[title]\nen = "A measurement"\n\n[limits]\ntest_s = 60\n'
)
_TASK = '\n[[tasks]]\nname = "{name}"\npoints = 10\nsignature = "def {name}({arguments}) -> {result}"\n'
_SUITE = '''\
"""Tests that were written by a program."""

from __future__ import annotations

import torch

from grader.suite import Rng, Student, assert_close, require, task
'''
_SCALE_TEST = '''

@task("scale")
def test_scale_{number}(student: Student, rng: Rng) -> None:
    """The numbers are scaled, for the factor {number}."""
    x = rng.normal(3, 4)
    assert_close(student.scale(x, {number}), x * {number})
'''
_ARGUMENT_TEST = '''

@task("count")
def test_before(student: Student) -> None:
    """A candidate is there and has loaded the file."""
    require(student.count(torch.ones(1)) == 1, "one arrives")


@task("count")
def test_argument(student: Student) -> None:
    """A tensor of {size} bytes goes over."""
    x = torch.ones({size}, dtype=torch.uint8)
    for _ in range({crossings}):
        require(student.count(x) == {size}, "all of it arrives")
'''
_ANSWER_TEST = '''

@task("fill")
def test_before(student: Student) -> None:
    """A candidate is there and has loaded the file."""
    require(student.fill(1).numel() == 1, "one arrives")


@task("fill")
def test_answer(student: Student) -> None:
    """A tensor of {size} bytes comes back."""
    for _ in range({crossings}):
        require(student.fill({size}).numel() == {size}, "all of it arrives")
'''
_SOLUTION = '''\
"""Answers to tests that were written by a program."""

from __future__ import annotations

import torch
from torch import Tensor
'''
_FUNCTION = '''

def {name}({arguments}) -> {result}:
    """Returns what its task asks for."""
    ### BEGIN SOLUTION
    return {body}
    ### END SOLUTION
'''
_SCALE = {"name": "scale", "arguments": "x: Tensor, factor: int", "result": "Tensor", "body": "x * factor"}
_COUNT = {"name": "count", "arguments": "x: Tensor", "result": "int", "body": "x.numel()"}
_FILL = {"name": "fill", "arguments": "n: int", "result": "Tensor", "body": "torch.ones(n, dtype=torch.uint8)"}


def course_with_tests(folder: Path, count: int) -> Checks:
    """Writes a course with one task and so many tests of it into an empty folder."""
    tests = (_SCALE_TEST.format(number=number) for number in range(1, count + 1))
    return _written(folder, tests, (_SCALE,))


def course_with_argument(folder: Path, size: int) -> Checks:
    """Writes a course with a last test that sends a tensor of so many bytes, some times."""
    return _written(folder, [_ARGUMENT_TEST.format(size=size, crossings=CROSSINGS)], (_COUNT,))


def course_with_answer(folder: Path, size: int) -> Checks:
    """Writes a course with a last test that is sent a tensor of so many bytes, some times."""
    return _written(folder, [_ANSWER_TEST.format(size=size, crossings=CROSSINGS)], (_FILL,))


def _written(folder: Path, tests: Iterable[str], tasks: tuple[dict[str, str], ...]) -> Checks:
    assignment = folder / "assignments" / "measured"
    files = {
        folder / "course.toml": _COURSE,
        folder / "solutions" / "measured.py": _SOLUTION + "".join(_FUNCTION.format(**task) for task in tasks),
        assignment / "assignment.toml": _ASSIGNMENT + "".join(_TASK.format(**task) for task in tasks),
        assignment / "suite" / "test_measured.py": _SUITE + "".join(tests),
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Checks.of(Course(folder), "measured")
