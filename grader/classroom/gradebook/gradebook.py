"""The gradebook as a value: one grade for each student and assignment. What reports and exports are made from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from grader.course.roster import Student
from grader.models import Assignment, Report, Text, Value
from grader.submission.remarks import Remark

__all__ = ["Grade", "GradeStatus", "Gradebook", "Override"]


class GradeStatus(StrEnum):
    """Only `graded` has a score; the others are told apart from zero."""

    GRADED = "graded"
    REFUSED = "refused"  # the student's to mend
    NOT_GRADED = "not_graded"  # ours: not judged yet, or the sandbox or the engine failed
    MISSING = "missing"


class Override(Value, frozen=True, kw_only=True):
    """A score that an instructor set by hand; it counts instead of any other."""

    score: float
    comment: str
    by: str
    at: datetime


class Grade(Value, frozen=True, kw_only=True):
    """What one student got for one assignment.

    Attributes:
        score: what counts, after lateness and an override; None if there is none.
        raw_score: of the attempt that counts, before lateness and an override.
        days_late: days begun after this student's deadline.
        attempt: which attempt counts, from 1.
        attempts: how many there are.
        report: of the attempt that counts, if it was judged or refused.
    """

    student: str
    assignment: str
    status: GradeStatus
    score: float | None
    max_score: float
    raw_score: float | None = None
    days_late: int = 0
    attempt: int | None = None
    attempts: int = 0
    submitted_at: datetime | None = None
    override: Override | None = None
    report: Report | None = None


class Gradebook(Value, frozen=True, kw_only=True):
    """A class at one moment.

    Attributes:
        assignments: in the order of the course.
        students: of the roster and, after them, whoever handed in without being in it.
        grades: one for each student and assignment, sorted by both.
    """

    title: Text
    assignments: tuple[Assignment, ...]
    students: tuple[Student, ...]
    grades: tuple[Grade, ...]
    remarks: tuple[Remark, ...] = ()
    made_at: datetime

    def grade(self, student_id: str, slug: str) -> Grade:
        return next(grade for grade in self.grades if (grade.student, grade.assignment) == (student_id, slug))
