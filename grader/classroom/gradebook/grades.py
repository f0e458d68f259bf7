"""From attempts to grades: which attempt counts, what lateness costs, what an instructor set. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import product

import msgspec

from grader.classroom.gradebook.absence import absent_students, remarks_on_absence
from grader.classroom.gradebook.counting import Standing, counting, standings_of
from grader.classroom.gradebook.gradebook import Grade, Gradebook, GradeStatus, Override
from grader.classroom.store.records import AttemptRecord
from grader.course.roster import ClassRules, Student
from grader.models import Assignment, Problem, ProblemKind, Report, Text
from grader.pipeline import Heading, not_graded, with_reading
from grader.submission.remarks import Remark

__all__ = ["make_gradebook"]


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

    A refused attempt never displaces one that can be graded, nor one that writes nothing another, unless it was handed
    in by a receipt. Of the others the last one counts (the one that was last seen, if a file was put back) or the best
    one, as the class's rules say; lateness is taken off before the best is chosen. A score that was set by hand counts
    whatever was handed in.
    """
    slugs = {assignment.slug for assignment in assignments}
    there = [attempt for attempt in attempts if attempt.assignment in slugs]
    absent = absent_students(rules, there, {student for student, _ in overrides})
    of: dict[tuple[str, str], list[AttemptRecord]] = {}
    for attempt in there:
        of.setdefault((attempt.student, attempt.assignment), []).append(attempt)
    students = _students(rules, {student for student, _ in (*of, *overrides)} - absent)
    said = [*remarks, *remarks_on_absence(rules, there, absent)]
    grades = []
    for student, assignment in product(students, assignments):
        key = student.id, assignment.slug
        counts, oddities = counting(standings_of(of.get(key, []), rules), rules.attempts)
        grades.append(_grade(student.id, assignment, counts, len(of.get(key, [])), overrides.get(key)))
        said += oddities
    return Gradebook(
        title=title,
        assignments=assignments,
        students=students,
        grades=tuple(sorted(grades, key=lambda grade: (grade.student, grade.assignment))),
        remarks=tuple(said),
        made_at=made_at,
    )


def _students(rules: ClassRules, seen: set[str]) -> tuple[Student, ...]:
    known = {student.id for student in rules.students}
    return (*rules.students, *(Student(id=student) for student in sorted(seen - known)))


def _grade(
    student: str, assignment: Assignment, counts: Standing | None, attempts: int, override: Override | None
) -> Grade:
    grade = Grade(
        student=student,
        assignment=assignment.slug,
        status=GradeStatus.MISSING,
        score=None,
        max_score=assignment.max_score,
        attempts=attempts,
        override=override,
    )
    if counts is not None:
        grade = _with_attempt(grade, counts)
    return (
        grade if override is None else msgspec.structs.replace(grade, status=GradeStatus.GRADED, score=override.score)
    )


def _with_attempt(grade: Grade, counts: Standing) -> Grade:
    attempt = counts.attempt
    report = attempt.report if attempt.refusal is None else _refusal(attempt, attempt.refusal, grade.max_score)
    if report is not None and attempt.file is not None:
        report = with_reading(report, attempt.file, attempt.notes)
    return msgspec.structs.replace(
        grade,
        status=counts.status,
        score=counts.score,
        max_score=grade.max_score if report is None else report.max_score,
        raw_score=None if report is None else report.score,
        days_late=counts.days_late,
        attempt=attempt.number,
        submitted_at=attempt.submitted_at,
        report=report,
    )


def _refusal(attempt: AttemptRecord, message: str, max_score: float) -> Report:
    """Returns the report of what never got as far as a sandbox."""
    heading = Heading(
        assignment=attempt.assignment,
        student=attempt.student,
        max_score=max_score,
        seed=0,
        device="cpu",
        sandbox="none",
        image=None,
        language="en",
    )
    return not_graded(heading, Problem(kind=ProblemKind.REFUSED, message=message))
