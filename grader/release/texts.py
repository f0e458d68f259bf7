"""The generated texts of what is released."""

from __future__ import annotations

from pathlib import Path

from grader.course.course import Course
from grader.files.templates import rendered
from grader.models import Assignment, Limits

__all__ = ["assignment_file", "course_file", "text_file"]

_TEMPLATES = Path(__file__).with_name("templates")


def text_file(template: str, **values: object) -> bytes:
    """Returns a template of `templates/` with these values, in UTF-8."""
    return rendered(_TEMPLATES, template, **values).encode()


def assignment_file(assignment: Assignment) -> bytes:
    """Returns an `assignment.toml` with all that the engine needs, and no comment of the author's."""
    return text_file("assignment.toml", assignment=assignment, limits=Limits.__struct_fields__)


def course_file(course: Course, assignment: Assignment) -> bytes:
    """Returns a `course.toml` for this assignment alone: no roster, no inbox, no other deadline."""
    return text_file("course.toml", course=course, assignment=assignment)
