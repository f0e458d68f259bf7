"""Who is in the class and what it agreed on: roster, deadlines, extensions, lateness, attempts. Values only."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from grader.models import Value

__all__ = ["AttemptRule", "ClassRules", "LatePolicy", "Student", "StudentId", "normal_id"]

_Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Minutes = Annotated[float, msgspec.Meta(ge=0)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_BLANKS = r"[^\S\x00-\x1f]*"
_AROUND = re.compile(rf"^{_BLANKS}|{_BLANKS}\Z")
_ID = r"""[^\s./\\:*?"<>|\x00-\x1f][^/\\:*?"<>|\x00-\x1f]{0,99}(?<!\s)"""
StudentId = Annotated[str, msgspec.Meta(pattern=rf"^{_BLANKS}{_ID}{_BLANKS}\Z")]
"""The name of a student's folder: it can be one on any system, is never hidden and never leads elsewhere.

It comes in as somebody wrote it; what it is compared and kept as is its `normal_id`.
"""


def normal_id(written: str) -> str:
    """Returns an id as it is compared and kept, however it was typed: in composed Unicode, without spaces around it.

    Two ids that look alike and are not may have come from two keyboards, or from a disk that decomposes names. Case
    tells two students apart.
    """
    return _AROUND.sub("", unicodedata.normalize("NFC", written))


class AttemptRule(StrEnum):
    """Which of several attempts counts."""

    LAST = "last"
    BEST = "best"


class LatePolicy(Value, frozen=True, kw_only=True):
    """What lateness costs.

    Attributes:
        fraction_a_day: the share of a score that each day begun after the deadline takes away.
        grace_minutes: so much after the deadline is still in time; whoever is later is late from the deadline on.
        floor: the share of a score that lateness never takes away.
    """

    fraction_a_day: _Fraction = 0.0
    grace_minutes: _Minutes = 0.0
    floor: _Fraction = 0.0


class Student(Value, frozen=True, kw_only=True):
    """One student of the roster.

    Attributes:
        id: the name of the student's folder among the submissions, and of the student in every table.
        name: as the school writes it, such as `Lovelace, Ada`.
        number: the school's own number: Canvas's SIS user id, Moodle's ID number.
        extensions: by slug, a deadline of this student's own.
    """

    id: StudentId
    name: str = ""
    email: str = ""
    number: str = ""
    section: str = ""
    extensions: dict[str, _Moment] = {}

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "id", normal_id(self.id))


class ClassRules(Value, frozen=True, kw_only=True):
    """What `course.toml` says about the class; all of it may be left out.

    Attributes:
        inbox: the folder that `learn submit` puts submissions into, relative to the course.
        deadlines: by slug; an assignment without one is never late.
    """

    students: tuple[Student, ...] = ()
    deadlines: dict[str, _Moment] = {}
    late: LatePolicy = LatePolicy()
    attempts: AttemptRule = AttemptRule.LAST
    inbox: str | None = None

    def student(self, student_id: str) -> Student | None:
        wanted = normal_id(student_id)
        return next((student for student in self.students if student.id == wanted), None)

    def extension(self, student_id: str | None, slug: str) -> datetime | None:
        """Returns the deadline of this student's own, if there is one."""
        student = self.student(student_id) if student_id is not None else None
        return student.extensions.get(slug) if student is not None else None

    def deadline(self, student_id: str | None, slug: str) -> datetime | None:
        """Returns when the student's work is due: the extension, if there is one, or else everybody's deadline."""
        return self.extension(student_id, slug) or self.deadlines.get(slug)
