"""The students of a class as the pages show them: a row of scores, marks, and feedback on each grade. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from grader.classroom.gradebook.gradebook import Grade, Gradebook, GradeStatus
from grader.course.roster import Student
from grader.models import Assignment
from grader.report.feedback import Feedback, feedback_on
from grader.report.summary import grades_by_student, total_share

__all__ = ["Member", "member_of", "members_of"]


@dataclass(frozen=True, kw_only=True)
class Member:
    """One student.

    Attributes:
        anchor: of this student's part of the class's page; no text of a student's.
        feedback: on each assignment, in the order of the course.
        total: the points of what has a score, or None if nothing has.
        total_max: what could be earned there.
        late: how many grades are late.
        marks: what an instructor should see at once: `1 refused`, `2 missing`, `1 set by hand`.
    """

    student: Student
    name: str
    anchor: str
    feedback: tuple[Feedback, ...]
    total: float | None
    total_max: float
    share: float | None
    late: int
    marks: tuple[str, ...]

    def on(self, slug: str) -> Feedback | None:
        return next((feedback for feedback in self.feedback if feedback.slug == slug), None)


def members_of(gradebook: Gradebook, language: str) -> tuple[Member, ...]:
    """Returns all students in the order of the gradebook."""
    by_student = grades_by_student(gradebook)
    return tuple(
        _member(student, f"student-{number}", gradebook.assignments, by_student.get(student.id, {}), language)
        for number, student in enumerate(gradebook.students, 1)
    )


def member_of(gradebook: Gradebook, student_id: str, language: str) -> Member:
    """Returns one student.

    Raises:
        StopIteration: if the gradebook has no such student.
    """
    student = next(student for student in gradebook.students if student.id == student_id)
    grades = {grade.assignment: grade for grade in gradebook.grades if grade.student == student_id}
    return _member(student, "student", gradebook.assignments, grades, language)


def _member(
    student: Student,
    anchor: str,
    assignments: tuple[Assignment, ...],
    grades: Mapping[str, Grade],
    language: str,
) -> Member:
    scored = [grade for grade in grades.values() if grade.score is not None]
    return Member(
        student=student,
        name=student.name or student.id,
        anchor=anchor,
        feedback=tuple(
            feedback_on(grades[assignment.slug], assignment, language)
            for assignment in assignments
            if assignment.slug in grades
        ),
        total=sum(grade.score or 0.0 for grade in scored) if scored else None,
        total_max=sum(grade.max_score for grade in scored),
        share=total_share(grades.values()),
        late=sum(grade.days_late > 0 for grade in grades.values()),
        marks=_marks(grades),
    )


def _marks(grades: Mapping[str, Grade]) -> tuple[str, ...]:
    counts = Counter(grade.status for grade in grades.values())
    by_hand = sum(grade.override is not None for grade in grades.values())
    named = (
        (counts[GradeStatus.REFUSED], "refused"),
        (counts[GradeStatus.NOT_GRADED], "not graded"),
        (counts[GradeStatus.MISSING], "missing"),
        (by_hand, "set by hand"),
    )
    return tuple(f"{count} {word}" for count, word in named if count)
