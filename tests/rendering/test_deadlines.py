"""How deadlines are said: the moment, how long is left, what is over, and the rule for late work."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

import pytest
from rich.console import Console

from grader.course.roster import ClassRules, LatePolicy, Student
from grader.rendering.deadlines import moment_here, render_deadlines, render_late_rule, render_stranger
from grader.rendering.phrases import say_in
from grader.student.due import dues
from grader.student.progress import AssignmentProgress, Mark, Progress

_DUE = datetime(2026, 12, 1, 22, 59, tzinfo=UTC)
_POLICY = LatePolicy(fraction_a_day=0.2, grace_minutes=10, floor=0.5)
_FULL = Progress(assignments={"toy": AssignmentProgress(best=Mark(score=1, max_score=1))})


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone of a process cannot be set here")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def rendered(
    left: timedelta,
    language: str = "en",
    policy: LatePolicy = _POLICY,
    progress: Progress | None = None,
    is_terminal: bool = False,
) -> str:
    """What is printed so long before the deadline."""
    rules = ClassRules(deadlines={"toy": _DUE}, late=policy)
    colours: Literal["standard"] | None = "standard" if is_terminal else None
    console = Console(file=io.StringIO(), width=100, force_terminal=is_terminal, color_system=colours)
    found = dues(rules, ["toy", "next-toy"], None, _DUE - left)
    render_deadlines(console, rules, found, progress or Progress(), language)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def row(left: timedelta, language: str = "en", policy: LatePolicy = _POLICY) -> str:
    return " ".join(rendered(left, language, policy).splitlines()[2].split())


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=365), "in more than a year"),
        (timedelta(days=3, hours=23), "in 3 days"),
        (timedelta(hours=47, minutes=59), "in 47 hours"),
        (timedelta(minutes=119), "in 119 minutes"),
        (timedelta(seconds=119), "in less than 2 minutes"),
        (timedelta(0), "in less than 2 minutes"),
        (timedelta(minutes=-4), "over, but in time for 6 minutes more"),
        (timedelta(minutes=-11), "over, now 1 day late: 80 % counts"),
        (timedelta(days=-4), "over, now 4 days late: 50 % counts"),
    ],
    ids=str,
)
def test_row_has_the_moment_in_ones_own_time_zone_and_words(left: timedelta, words: str) -> None:
    assert row(left) == f"toy 2026-12-01 23:59+01:00 {words}"


def test_row_comes_in_chinese() -> None:
    assert row(timedelta(days=3), "zh").endswith("+01:00 还有 3 天")
    assert row(timedelta(days=-2), "zh").endswith("已截止，现在提交算迟交 2 天：计 60 %")


def test_lateness_that_costs_nothing_is_told_without_a_price() -> None:
    assert row(timedelta(days=-2), policy=LatePolicy()).endswith("over, now 2 days late")
    assert "Late work" not in rendered(timedelta(days=-2), policy=LatePolicy())


def test_extension_is_said_to_be_ones_own() -> None:
    rules = ClassRules(students=(Student(id="ada", extensions={"toy": _DUE}),))
    console = Console(file=io.StringIO(), width=100)
    render_deadlines(console, rules, dues(rules, ["toy"], "ada", _DUE - timedelta(days=5)), Progress(), "en")
    assert isinstance(console.file, io.StringIO)
    assert "in 5 days (your extension)" in console.file.getvalue()


def test_nothing_is_printed_where_nothing_is_due() -> None:
    console = Console(file=io.StringIO(), width=100)
    render_deadlines(console, ClassRules(late=_POLICY), {}, Progress(), "en")
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == ""


@pytest.mark.parametrize(
    ("left", "progress", "is_coloured"),
    [
        (timedelta(days=2), Progress(), True),
        (timedelta(days=2), _FULL, False),
        (timedelta(days=4), Progress(), False),
        (timedelta(days=-4), Progress(), False),
    ],
    ids=["soon", "soon and full", "later", "over"],
)
def test_what_is_due_soon_and_not_full_is_coloured(left: timedelta, progress: Progress, is_coloured: bool) -> None:
    assert ("\x1b[1;33m" in rendered(left, progress=progress, is_terminal=True)) is is_coloured


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (LatePolicy(), ""),
        (LatePolicy(fraction_a_day=0.1), "Late work loses 10 % of its score for each day begun.\n"),
        (
            LatePolicy(fraction_a_day=0.1, floor=0.3, grace_minutes=15),
            "Late work loses 10 % of its score for each day begun, at most 70 %.\n"
            "A grace of 15 min after the deadline is still in time.\n",
        ),
        (LatePolicy(fraction_a_day=0.1, floor=1), ""),
    ],
    ids=["nothing", "a share", "share, floor and grace", "a floor that keeps all"],
)
def test_rule_for_late_work_is_said_as_the_class_has_it(policy: LatePolicy, said: str) -> None:
    console = Console(file=io.StringIO(), width=100)
    render_late_rule(console, policy, say_in("en"))
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == said


@pytest.mark.parametrize(("student", "is_told"), [("adda", True), ("ada", False), (None, False)])
def test_who_is_not_in_the_class_is_told_so(student: str | None, is_told: bool) -> None:
    console = Console(file=io.StringIO(), width=100)
    render_stranger(console, ClassRules(students=(Student(id="ada"),)), student, "en")
    assert isinstance(console.file, io.StringIO)
    assert ("no student `adda`" in console.file.getvalue()) is is_told


def test_moment_that_has_no_local_time_keeps_its_own_zone() -> None:
    never = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-5)))
    assert moment_here(never) == "9999-12-31 23:59-05:00"
