"""Fills in the templates beside this file."""

from __future__ import annotations

import json

import jinja2

from grader.course import Course
from grader.models import Assignment, Limits

__all__ = ["course_file", "rendered"]


def rendered(template: str, **values: object) -> bytes:
    """Returns a template of `templates/` with these values, in UTF-8. What it writes into HTML is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("grader.release"),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html.j2",)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["toml"] = _toml
    return environment.get_template(template).render(values, limits=Limits.__struct_fields__).encode()


def course_file(course: Course, assignment: Assignment) -> bytes:
    """Returns a `course.toml` for this assignment alone: no roster, no inbox, no other deadline."""
    return rendered("course.toml.j2", course=course, assignment=assignment)


def _toml(value: str | float | tuple[str, ...]) -> str:
    """Writes a value as TOML does, which for texts is nearly as JSON does."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("\x7f", "\\u007f")
