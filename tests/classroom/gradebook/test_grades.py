"""From attempts to grades: which attempt counts, and what nobody may mistake for a zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from grader.classroom.gradebook.gradebook import Grade, GradeStatus, Override
from grader.classroom.gradebook.grades import make_gradebook
from grader.classroom.store.records import AttemptRecord
from grader.course.roster import AttemptRule, ClassRules, LatePolicy, Student
from grader.models import ProblemKind, Text
from tests.support.factories import make_assignment, make_task
from tests.support.gradebooks import make_refusal, make_report

_NOON = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
_SUMS = make_assignment(make_task(points=10.0))
_TITLE = Text(en="A class", zh="一个班")


def _attempt(number: int, score: float | str, hours: float = 0.0, seen_at: str = "1", student: str = "ada") -> Any:
    """An attempt with a score; or `refused`, `failed` or `waiting`."""
    report = None
    if isinstance(score, float):
        report = make_report(student, _SUMS, ())
        report = type(report)(**{**_fields(report), "score": score})
    elif score == "failed":
        report = make_refusal(student, _SUMS, ProblemKind.SANDBOX, "It went away.")
    return AttemptRecord(
        student=student,
        assignment="sums",
        number=number,
        submitted_at=_NOON + timedelta(hours=hours),
        seen_at=seen_at,
        path="ada/sums.py",
        submission_sha256=None if score == "refused" else f"{number}",
        refusal="It is not UTF-8." if score == "refused" else None,
        report=report,
    )


def _fields(report: Any) -> dict[str, Any]:
    return {name: getattr(report, name) for name in report.__struct_fields__}


def _grade(*attempts: AttemptRecord, rules: ClassRules | None = None, override: Override | None = None) -> Grade:
    overrides = {("ada", "sums"): override} if override is not None else {}
    rules = rules or ClassRules(students=(Student(id="ada"),))
    return make_gradebook(_TITLE, (_SUMS,), rules, attempts, overrides, (), _NOON).grade("ada", "sums")


@pytest.mark.parametrize(
    ("scores", "rule", "status", "score", "number"),
    [
        ([], "last", "missing", None, None),
        ([7.0], "last", "graded", 7.0, 1),
        ([0.0], "last", "graded", 0.0, 1),
        ([7.0, 4.0], "last", "graded", 4.0, 2),
        ([7.0, 4.0], "best", "graded", 7.0, 1),
        ([7.0, 7.0], "best", "graded", 7.0, 1),
        (["refused"], "last", "refused", None, 1),
        ([7.0, "refused"], "last", "graded", 7.0, 1),
        (["refused", 0.0], "best", "graded", 0.0, 2),
        ([7.0, "failed"], "last", "not_graded", None, 2),
        ([7.0, "failed"], "best", "graded", 7.0, 1),
        (["failed"], "best", "not_graded", None, 1),
        (["waiting"], "last", "not_graded", None, 1),
    ],
)
def test_attempt_that_counts(
    scores: list[float | str], rule: str, status: str, score: float | None, number: int | None
) -> None:
    rules = ClassRules(students=(Student(id="ada"),), attempts=AttemptRule(rule))
    grade = _grade(*(_attempt(index, one) for index, one in enumerate(scores, 1)), rules=rules)
    assert (grade.status.value, grade.score, grade.attempt, grade.attempts) == (status, score, number, len(scores))


def test_lateness_is_taken_off_before_the_best_is_chosen() -> None:
    late = LatePolicy(fraction_a_day=0.5)
    rules = ClassRules(students=(Student(id="ada"),), deadlines={"sums": _NOON}, late=late, attempts=AttemptRule.BEST)
    grade = _grade(_attempt(1, 6.0), _attempt(2, 10.0, hours=1), rules=rules)
    assert (grade.score, grade.raw_score, grade.days_late) == (6.0, 6.0, 0)
    grade = _grade(_attempt(1, 4.0), _attempt(2, 10.0, hours=1), rules=rules)
    assert (grade.score, grade.raw_score, grade.days_late) == (5.0, 10.0, 1)


def test_extension_is_the_students_own() -> None:
    students = (Student(id="ada", extensions={"sums": _NOON + timedelta(days=7)}), Student(id="bob"))
    rules = ClassRules(students=students, deadlines={"sums": _NOON}, late=LatePolicy(fraction_a_day=0.1))
    attempts = [_attempt(1, 10.0, hours=30, student=student.id) for student in students]
    book = make_gradebook(_TITLE, (_SUMS,), rules, attempts, {}, (), _NOON)
    assert [(grade.student, grade.score, grade.days_late) for grade in book.grades] == [
        ("ada", 10.0, 0),
        ("bob", 8.0, 2),
    ]


def test_file_that_was_put_back_counts_again() -> None:
    assert _grade(_attempt(1, 7.0, seen_at="3"), _attempt(2, 4.0, seen_at="2")).attempt == 1


def test_override_counts_whatever_was_handed_in() -> None:
    override = Override(score=8.5, comment="Orally.", by="grace", at=_NOON)
    for attempts in ([], [_attempt(1, 3.0)], [_attempt(1, "refused")], [_attempt(1, "failed")]):
        grade = _grade(*attempts, override=override)
        assert (grade.status, grade.score, grade.override) == (GradeStatus.GRADED, 8.5, override)


def test_refused_grade_has_a_report_that_says_why() -> None:
    report = _grade(_attempt(1, "refused")).report
    assert report is not None and report.problem is not None
    assert (report.problem.kind, report.problem.message) == (ProblemKind.REFUSED, "It is not UTF-8.")
    assert report.score is None


def test_strangers_follow_the_roster_and_have_grades_too() -> None:
    rules = ClassRules(students=(Student(id="zoe"),))
    book = make_gradebook(_TITLE, (_SUMS,), rules, [_attempt(1, 7.0)], {}, (), _NOON)
    assert [student.id for student in book.students] == ["zoe", "ada"]
    assert [(grade.student, grade.status.value) for grade in book.grades] == [("ada", "graded"), ("zoe", "missing")]
