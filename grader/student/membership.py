"""Who a student is in the class: as they say, or by the name they are logged in with."""

from __future__ import annotations

import getpass

import msgspec

from grader.course.course import Course, near_names
from grader.course.roster import Student, normal_id
from grader.errors import UserError

__all__ = ["find_student", "member"]


def find_student(course: Course, named: str | None) -> str | None:
    """Returns the id that was named, or else the login name if the roster has it, or else None."""
    if named is not None:
        return normal_id(named)
    login = _login_name()
    known = course.rules.student(login) if login is not None else None
    return known.id if known is not None else None


def member(course: Course, named: str | None) -> str:
    """Returns what `find_student` does, for what is done in a student's name.

    Raises:
        UserError: if nobody is found, the class has nobody of this id, or it cannot be the name of a folder.
    """
    student = find_student(course, named)
    if student is None:
        raise UserError("Who hands in? Say `--student ID`, or set GRADUS_STUDENT to your id.")
    try:
        msgspec.convert({"id": student}, Student)
    except msgspec.ValidationError:
        raise UserError(f"{student!r} is no student's id: it cannot be the name of a folder.") from None
    ids = [known.id for known in course.rules.students]
    if ids and student not in ids:
        raise UserError(
            f"The class has no student `{student}`.{near_names(student, ids)} If that is you, tell your instructor."
        )
    return student


def _login_name() -> str | None:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # nobody has this number, or the system knows no names
        return None
