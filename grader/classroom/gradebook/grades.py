"""From attempts to grades: which attempt counts, what lateness costs, what an instructor set. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from grader.classroom.gradebook.gradebook import Grade, Gradebook, GradeStatus, Override
from grader.classroom.gradebook.lateness import days_late, score_after
from grader.classroom.store.records import AttemptRecord
from grader.course.roster import AttemptRule, ClassRules, Student
from grader.models import Assignment, Problem, ProblemKind, Report, Text, Value
from grader.submission.remarks import Remark

__all__ = ["make_gradebook"]


class _Standing(Value, frozen=True, kw_only=True):
    """One attempt, and what it would count.

    Attributes:
        score: after lateness; None unless it was graded.
    """

    attempt: AttemptRecord
    status: GradeStatus
    days_late: int
    score: float | None


def make_gradebook(
    title: Text,
    assignments: tuple[Assignment, ...],
    rules: ClassRules,
    attempts: Iterable[AttemptRecord],
    overrides: dict[tuple[str, str], Override],
    remarks: tuple[Remark, ...],
    made_at: datetime,
) -> Gradebook:
    """Returns the gradebook: for each student and assignment the attempt that counts, or what is the matter.

    A refused attempt never displaces one that can be graded. Of the others the last one counts (the one that was
    last seen, if a file was put back) or the best one, as the class's rules say; lateness is taken off before the best
    is chosen. A score that was set by hand counts whatever was handed in.
    """
    slugs = {assignment.slug for assignment in assignments}
    of: dict[tuple[str, str], list[AttemptRecord]] = {}
    for attempt in attempts:
        if attempt.assignment in slugs:
            of.setdefault((attempt.student, attempt.assignment), []).append(attempt)
    students = _students(rules, {student for student, _ in (*of, *overrides)})
    grades = [
        _grade(student.id, assignment, rules, of.get(key, []), overrides.get(key))
        for student in students
        for assignment in assignments
        for key in [(student.id, assignment.slug)]
    ]
    return Gradebook(
        title=title,
        assignments=assignments,
        students=students,
        grades=tuple(sorted(grades, key=lambda grade: (grade.student, grade.assignment))),
        remarks=remarks,
        made_at=made_at,
    )


def _students(rules: ClassRules, seen: set[str]) -> tuple[Student, ...]:
    known = {student.id for student in rules.students}
    return (*rules.students, *(Student(id=student) for student in sorted(seen - known)))


def _grade(
    student: str, assignment: Assignment, rules: ClassRules, attempts: list[AttemptRecord], override: Override | None
) -> Grade:
    counting = _counting([_standing(attempt, rules) for attempt in attempts], rules.attempts)
    grade = Grade(
        student=student,
        assignment=assignment.slug,
        status=GradeStatus.MISSING,
        score=None,
        max_score=assignment.max_score,
        attempts=len(attempts),
        override=override,
    )
    if counting is not None:
        grade = _with_attempt(grade, counting)
    return (
        grade if override is None else msgspec.structs.replace(grade, status=GradeStatus.GRADED, score=override.score)
    )


def _standing(attempt: AttemptRecord, rules: ClassRules) -> _Standing:
    days = days_late(attempt.submitted_at, rules.deadline(attempt.student, attempt.assignment), rules.late)
    report = attempt.report
    score = None if report is None or report.score is None else score_after(report.score, days, rules.late)
    status = GradeStatus.NOT_GRADED if score is None else GradeStatus.GRADED
    if attempt.refusal is not None:
        status = GradeStatus.REFUSED
    return _Standing(attempt=attempt, status=status, days_late=days, score=score)


def _counting(standings: list[_Standing], rule: AttemptRule) -> _Standing | None:
    """Returns the attempt that counts; of equally good ones the first."""
    if not standings:
        return None
    in_order = sorted(standings, key=lambda standing: (standing.attempt.seen_at, standing.attempt.number))
    judged = [standing for standing in in_order if standing.status is not GradeStatus.REFUSED]
    graded = [standing for standing in in_order if standing.status is GradeStatus.GRADED]
    if rule is AttemptRule.BEST and graded:
        return max(graded, key=lambda standing: standing.score or 0.0)
    return (judged or in_order)[-1]


def _with_attempt(grade: Grade, counting: _Standing) -> Grade:
    attempt = counting.attempt
    report = attempt.report if attempt.refusal is None else _refusal(attempt, attempt.refusal, grade.max_score)
    return msgspec.structs.replace(
        grade,
        status=counting.status,
        score=counting.score,
        max_score=grade.max_score if report is None else report.max_score,
        raw_score=None if report is None else report.score,
        days_late=counting.days_late,
        attempt=attempt.number,
        submitted_at=attempt.submitted_at,
        report=report,
    )


def _refusal(attempt: AttemptRecord, message: str, max_score: float) -> Report:
    """Returns the report of what never got as far as a sandbox."""
    return Report(
        assignment=attempt.assignment,
        student=attempt.student,
        graded=False,
        score=None,
        max_score=max_score,
        seed=0,
        sandbox="none",
        device="cpu",
        submission_sha256=None,
        suite_sha256=None,
        image=None,
        duration_s=0.0,
        tasks=(),
        output="",
        problem=Problem(kind=ProblemKind.REFUSED, message=message),
    )
