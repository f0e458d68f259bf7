"""What is due for whom, and where that stands at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from grader.course.roster import ClassRules, LatePolicy, Student
from grader.student.due import Due, dues

_NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
_LATER = _NOON + timedelta(days=3)
_POLICY = LatePolicy(fraction_a_day=0.2, grace_minutes=10, floor=0.5)
_RULES = ClassRules(
    students=(Student(id="ada", extensions={"toy": _LATER}), Student(id="ben")), deadlines={"toy": _NOON}, late=_POLICY
)


def due(student: str | None = None, after: timedelta = timedelta(0)) -> Due:
    return dues(_RULES, ["toy"], student, _NOON + after)["toy"]


def test_what_has_no_deadline_is_left_out_and_the_order_is_kept() -> None:
    rules = ClassRules(deadlines={"last": _NOON, "first": _LATER})
    assert list(dues(rules, ["first", "never", "last"], None, _NOON)) == ["first", "last"]


@pytest.mark.parametrize("student", ["ben", "nobody", None])
def test_who_has_no_extension_or_is_not_known_has_everybodys_deadline(student: str | None) -> None:
    assert (due(student).at, due(student).is_extension) == (_NOON, False)


def test_extension_takes_the_deadlines_place() -> None:
    assert (due("ada").at, due("ada").is_extension) == (_LATER, True)


def test_extension_counts_where_the_class_has_no_deadline() -> None:
    rules = ClassRules(students=_RULES.students)
    assert dues(rules, ["toy"], "ada", _NOON)["toy"].at == _LATER


def test_deadline_itself_is_in_time() -> None:
    assert (due().is_over, due().days_late, due().percent) == (False, 0, 100)


def test_grace_is_over_but_not_late() -> None:
    one = due(after=timedelta(minutes=4))
    assert (one.is_over, one.days_late, one.grace_s, one.percent) == (True, 0, 360, 100)


def test_late_work_is_told_what_counts_of_it_down_to_the_floor() -> None:
    assert [(one.days_late, one.percent) for one in (due(after=timedelta(days=days)) for days in (1, 2, 9))] == [
        (1, 80),
        (2, 60),
        (9, 50),
    ]


@pytest.mark.parametrize(
    ("after", "is_soon"),
    [
        (timedelta(days=-3, seconds=-1), False),
        (timedelta(days=-3), True),
        (timedelta(minutes=10), True),
        (timedelta(minutes=11), False),
    ],
    ids=["more than three days", "three days", "end of the grace", "late"],
)
def test_soon_is_within_three_days_and_not_late(after: timedelta, is_soon: bool) -> None:
    assert due(after=after).is_soon is is_soon


def test_deadline_that_means_never_is_no_error() -> None:
    never = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-5)))
    assert not dues(ClassRules(deadlines={"toy": never}), ["toy"], None, _NOON)["toy"].is_over
