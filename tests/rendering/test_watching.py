"""What the screen of `learn watch` says of the task at hand."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.course.course import Course
from grader.models import Report, TaskReport
from grader.rendering.watching import WatchScreen
from grader.student.at_hand import AtHand
from grader.student.attempt import Checked, plan_attempt
from grader.student.progress import Progress

_TASKS = ("double", "add_")


def shown(toy: Course, here: AtHand, *, language: str = "en", has_keys: bool = True) -> str:
    """What is printed after a check in which no task got a point."""
    toy.exercise(toy.assignment("toy")).write_text("x = 1\n")
    console = Console(file=io.StringIO(), width=100)
    screen = WatchScreen(console, console, plan_attempt(toy, "toy"), language, has_keys=has_keys)
    report = Report(
        assignment="toy",
        student=None,
        graded=True,
        score=0.0,
        max_score=100.0,
        seed=1,
        sandbox="process",
        device="cpu",
        submission_sha256=None,
        suite_sha256=None,
        image=None,
        duration_s=0.1,
        tasks=tuple(TaskReport(task=name, score=0.0, max_score=50.0, misconceptions=(), tests=()) for name in _TASKS),
        output="",
        problem=None,
    )
    screen.show_checked(Checked(report=report, progress=Progress()), here)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def at(task: str, *, is_shown: bool = False) -> AtHand:
    return AtHand(tasks=_TASKS, open=frozenset(_TASKS), task=task, is_shown=is_shown)


def test_task_at_hand_is_named_and_is_the_next_step(toy: Course) -> None:
    text = shown(toy, at("add_"))
    assert "Task at hand: `add_`" in text
    assert "Next: `add_`\n  learn check toy --task add_\n" in text


def test_task_at_hand_is_named_in_chinese(toy: Course) -> None:
    assert "手头的题目：`add_`" in shown(toy, at("add_"), language="zh")


@pytest.mark.parametrize(("is_shown", "key"), [(False, "[n] statement"), (True, "[n] next task")])
def test_key_says_what_it_does_next(toy: Course, is_shown: bool, key: str) -> None:
    assert key in shown(toy, at("double", is_shown=is_shown))


def test_keys_are_not_listed_where_nobody_can_press_one(toy: Course) -> None:
    assert "[q]" not in shown(toy, at("double"), has_keys=False)
