"""The generated texts of what is released."""

from __future__ import annotations

from grader.course import Course
from grader.models import Assignment, Limits
from grader.templating import rendered

__all__ = ["assignment_file", "course_file", "text_file"]


def text_file(template: str, **values: object) -> bytes:
    """Returns a template of `templates/release/` with these values, in UTF-8."""
    return rendered(f"release/{template}", **values).encode()


def assignment_file(assignment: Assignment) -> bytes:
    """Returns an `assignment.toml` with all that the engine needs, and no comment of the author's."""
    return text_file("assignment.toml", assignment=assignment, limits=Limits.__struct_fields__)


def course_file(course: Course, assignment: Assignment) -> bytes:
    """Returns a `course.toml` for this assignment alone: no roster, no inbox, no other deadline."""
    return text_file("course.toml", course=course, assignment=assignment)
