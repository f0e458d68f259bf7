"""How late work is and what that costs: pure functions of two moments and the class's policy."""

from __future__ import annotations

from datetime import datetime, timedelta

from grader.course.roster import LatePolicy

__all__ = ["days_late", "score_after"]

_DAY = timedelta(days=1)
_DECIMALS = 4


def days_late(submitted_at: datetime, deadline: datetime | None, policy: LatePolicy) -> int:
    """Returns how many days of 24 hours had begun after the deadline; 0 without one and within the grace.

    The deadline itself, and the end of the grace, are still in time. Whoever is later is late from the deadline on.

    Raises:
        ValueError: if a moment has no time zone: it would be another one on another machine.
    """
    submitted_offset = _offset(submitted_at)
    if deadline is None:
        return 0
    # On the world's clock, since a plain difference of two times of one zone leaves out a change of the clock; and
    # without converting one, since a deadline at the end of year 9999, which is to mean never, would overflow.
    on_the_wall = submitted_at.replace(tzinfo=None) - deadline.replace(tzinfo=None)
    after = on_the_wall - (submitted_offset - _offset(deadline))
    if after.total_seconds() <= policy.grace_minutes * 60:
        return 0
    return -(-after // _DAY)


def score_after(score: float, days: int, policy: LatePolicy) -> float:
    """Returns what is left of a score after so many days begun: never more than it was and never below 0.

    Args:
        score: in points, 0 or more.
        days: as `days_late` gives them.
    """
    share = max(policy.floor, 1.0 - policy.fraction_a_day * days)
    return min(score, round(score * share, _DECIMALS))


def _offset(moment: datetime) -> timedelta:
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a moment needs a time zone")
    return offset
