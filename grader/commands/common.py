"""What the commands share: exit codes, the course, what is due, and how a document, a complaint or a wait is shown."""

from __future__ import annotations

import contextlib
import os
import sys
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.language import choose_language

if TYPE_CHECKING:
    from grader.course.course import Course
    from grader.student.due import Due

__all__ = [
    "ExitCode",
    "complain",
    "dues_for",
    "find_authored_course",
    "find_course",
    "language_for",
    "print_json",
    "waiting",
]


class ExitCode(IntEnum):
    """What a command ends with; documented, and never changed."""

    OK = 0  # full marks, or done
    NOT_FULL = 1  # graded, not full marks; no solution open yet; something to generate; something not proved
    USAGE = 2  # a wrong name, option, TOML file or submission: the user mends it
    NOT_GRADED = 3  # ours, or the machine's: nothing was judged
    INTERRUPTED = 130


def find_course(folder: Path | None) -> Course:
    """Returns the course that a command is about. Raises as `grader.course.finding.find_course` does."""
    from grader.course.finding import find_course as find

    return find(folder)


def find_authored_course(folder: Path | None) -> Course:
    """Returns the course whose sources a command is about. Raises as `find_authored_course` in `finding` does."""
    from grader.course.finding import find_authored_course as find

    return find(folder)


def language_for(course: Course, named: str | None) -> str:
    """Returns the language of what is said. Raises as `choose_language` does."""
    return choose_language(named, os.environ, course.languages)


def dues_for(course: Course, named: str | None, language: str) -> dict[str, Due]:
    """Returns what is due by slug, and tells whoever is not in the class that these are everybody's deadlines.

    Args:
        named: from `--student`; None when it was not given.
    """
    from datetime import UTC, datetime

    from grader.rendering.console import open_console
    from grader.rendering.deadlines import render_stranger
    from grader.student.due import dues
    from grader.student.membership import find_student

    student = find_student(course, named)
    found = dues(course.rules, course.slugs, student, datetime.now(UTC))
    if found:
        render_stranger(open_console(is_stderr=True), course.rules, student, language)
    return found


def complain(message: str) -> None:
    label = "Error:"
    if sys.stderr.isatty() and not os.environ.get("NO_COLOR"):
        label = click.style(label, fg="red", bold=True)
    click.echo(f"{label} {message}", err=True)


def print_json(document: object) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))


def waiting(message: str) -> contextlib.AbstractContextManager[object]:
    """Says on a terminal that something takes seconds."""
    if not sys.stderr.isatty():
        return contextlib.nullcontext()
    from grader.rendering.console import open_console

    return open_console(is_stderr=True).status(message)
