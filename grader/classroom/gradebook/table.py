"""The table of grades, `grades.csv`: one row for each student and assignment. Pure."""

from __future__ import annotations

from grader.classroom.gradebook.gradebook import Grade, Gradebook
from grader.files.spreadsheet import guarded, number, table

__all__ = ["COLUMNS", "grades_csv"]

COLUMNS = (
    "student",
    "assignment",
    "score",
    "max_score",
    "status",
    "raw_score",
    "days_late",
    "attempt",
    "attempts",
    "submitted_at",
    "override_comment",
)


def grades_csv(gradebook: Gradebook) -> bytes:
    """Returns the grades sorted by student and assignment; a score that there is not is left empty."""
    grades = sorted(gradebook.grades, key=lambda grade: (grade.student, grade.assignment))
    return table([COLUMNS, *(_row(grade) for grade in grades)])


def _row(grade: Grade) -> list[str]:
    return [
        guarded(grade.student),
        grade.assignment,
        number(grade.score),
        number(grade.max_score),
        grade.status.value,
        number(grade.raw_score),
        str(grade.days_late),
        "" if grade.attempt is None else str(grade.attempt),
        str(grade.attempts),
        "" if grade.submitted_at is None else grade.submitted_at.isoformat(timespec="seconds"),
        "" if grade.override is None else guarded(grade.override.comment),
    ]
