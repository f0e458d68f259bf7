"""A class's results as one JSON document, for programs of your own; see docs/exports.md for every key. Pure."""

from __future__ import annotations

from datetime import datetime

import msgspec

from grader.classroom.gradebook.gradebook import Grade, Gradebook
from grader.course.roster import Student
from grader.export.exported import Exported
from grader.models import Text, Value
from grader.submission.remarks import Remark

__all__ = ["ClassDocument", "ExportedAssignment", "ExportedStudent", "class_json"]


class ExportedAssignment(Value, frozen=True, kw_only=True):
    slug: str
    title: Text
    max_score: float


class ExportedStudent(Value, frozen=True, kw_only=True):
    id: str
    name: str
    email: str
    number: str
    section: str


class ClassDocument(Value, frozen=True, kw_only=True):
    """What `learn export --to json` writes."""

    format_version: int = 1
    title: Text
    made_at: datetime
    assignments: tuple[ExportedAssignment, ...]
    students: tuple[ExportedStudent, ...]
    grades: tuple[Grade, ...]
    remarks: tuple[Remark, ...]


def class_json(gradebook: Gradebook) -> Exported:
    """Returns the whole gradebook, reports included."""
    document = ClassDocument(
        title=gradebook.title,
        made_at=gradebook.made_at,
        assignments=tuple(
            ExportedAssignment(slug=one.slug, title=one.title, max_score=one.max_score) for one in gradebook.assignments
        ),
        students=tuple(_student(student) for student in gradebook.students),
        grades=gradebook.grades,
        remarks=gradebook.remarks,
    )
    return Exported(content=msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")


def _student(student: Student) -> ExportedStudent:
    return ExportedStudent(
        id=student.id, name=student.name, email=student.email, number=student.number, section=student.section
    )
