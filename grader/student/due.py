"""When a student's work is due, seen from a moment: how long is left, or how late it is by now. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from grader.classroom.gradebook.lateness import days_late, score_after
from grader.course.roster import ClassRules

__all__ = ["Due", "dues"]

_SOON_S = 3 * 24 * 3600
_ALL = 100.0


@dataclass(frozen=True, kw_only=True)
class Due:
    """A deadline of one student, and where one stands.

    Attributes:
        at: the deadline.
        is_extension: whether it is this student's own.
        left_s: how long there is up to it, in seconds; below 0 when it is over.
        grace_s: how long work is still in time all the same.
        days_late: days begun after it, if something is handed in at this moment.
        percent: how much of a score would count.
    """

    at: datetime
    is_extension: bool
    left_s: float
    grace_s: float
    days_late: int
    percent: float

    @property
    def is_over(self) -> bool:
        return self.left_s < 0

    @property
    def is_soon(self) -> bool:
        """Whether there is time left, and that within three days."""
        return self.days_late == 0 and self.left_s <= _SOON_S


def dues(rules: ClassRules, slugs: Iterable[str], student: str | None, now: datetime) -> dict[str, Due]:
    """Returns what is due by slug, in the order of the slugs; what has no deadline is left out.

    Args:
        student: an id, whose extensions count; None, or one that the class does not have, for everybody's deadlines.
        now: the moment it is seen from, with a time zone.
    """
    found = {slug: _due(rules, slug, student, now) for slug in slugs}
    return {slug: due for slug, due in found.items() if due is not None}


def _due(rules: ClassRules, slug: str, student: str | None, now: datetime) -> Due | None:
    deadline = rules.deadline(student, slug)
    if deadline is None:
        return None
    left_s = (deadline - now).total_seconds()
    days = days_late(now, deadline, rules.late)
    return Due(
        at=deadline,
        is_extension=rules.extension(student, slug) is not None,
        left_s=left_s,
        grace_s=left_s + rules.late.grace_minutes * 60,
        days_late=days,
        percent=score_after(_ALL, days, rules.late),
    )
