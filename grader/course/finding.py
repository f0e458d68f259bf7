"""Which course is meant: the one that is named, or the one around the current folder."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from grader.course.course import Course
from grader.errors import UserError

__all__ = ["course_around", "find_authored_course", "find_course"]


def find_course(folder: Path | None) -> Course:
    """Returns the course in `folder`, or else named by `GRADUS_COURSE`, or else around the current folder.

    Raises:
        UserError: if there is none.
    """
    named = folder or (Path(os.environ["GRADUS_COURSE"]) if os.environ.get("GRADUS_COURSE") else None)
    if named is not None:
        if not (named / "course.toml").is_file():
            raise UserError(f"`{named}` is no course: it has no `course.toml`. Pass another folder with `--course`.")
        return Course(named.resolve())
    here = Path.cwd()
    around = course_around(here)
    if around is not None:
        return Course(around)
    raise UserError(
        f"No `course.toml` in `{here}` or above. Change into a course, pass `--course DIR` or set GRADUS_COURSE; "
        "`learn init` makes a course to practise in. A course of your own begins with a `course.toml` that says "
        '`format_version = 1` and `title = { en = "..." }`.'
    )


def find_authored_course(folder: Path | None) -> Course:
    """Returns the course as `find_course` does, for what writes its sources or what goes out of them.

    Raises:
        UserError: if there is none, or if its assignments are not its own.
    """
    course = find_course(folder)
    if not course.is_authored:
        raise UserError(
            f"`{course.root}` takes its assignments from the built-in course, so that there is nothing of its own to "
            f"write or generate. `learn init {shlex.quote(str(course.root))}` brings its exercises up to date. A "
            "course of your own is a folder whose `course.toml` names no `source`."
        )
    return course


def course_around(folder: Path) -> Path | None:
    """Returns the nearest folder with a `course.toml`: this one or one above it."""
    return next((each for each in (folder, *folder.parents) if (each / "course.toml").is_file()), None)
