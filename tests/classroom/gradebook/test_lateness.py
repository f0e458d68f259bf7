"""Days begun after a deadline, on the world's clock, and what they leave of a score."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from grader.classroom.gradebook.lateness import days_late, score_after
from grader.course.roster import LatePolicy

_STRICT = LatePolicy()
_DEADLINE = datetime(2026, 10, 1, 23, 59, tzinfo=UTC)
_BERLIN = ZoneInfo("Europe/Berlin")
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (timedelta(days=-400), 0),
        (timedelta(microseconds=-1), 0),
        (timedelta(0), 0),
        (timedelta(microseconds=1), 1),
        (timedelta(hours=23, minutes=59), 1),
        (_DAY, 1),
        (_DAY + timedelta(microseconds=1), 2),
        (2 * _DAY, 2),
        (timedelta(days=365, seconds=1), 366),
    ],
    ids=str,
)
def test_days_late_counts_the_days_begun(after: timedelta, days: int) -> None:
    assert days_late(_DEADLINE + after, _DEADLINE, _STRICT) == days


@pytest.mark.parametrize(
    ("after", "days"),
    [(timedelta(minutes=-1), 0), (timedelta(minutes=15), 0), (timedelta(minutes=15, microseconds=1), 1), (_DAY, 1)],
    ids=["early", "end of the grace", "just later", "a day"],
)
def test_days_late_starts_at_the_deadline_once_the_grace_is_over(after: timedelta, days: int) -> None:
    assert days_late(_DEADLINE + after, _DEADLINE, LatePolicy(grace_minutes=15)) == days


@pytest.mark.parametrize(
    ("minutes", "days"), [(0.5, 1), (2 * 1440, 0), (1e300, 0), (float("inf"), 0)], ids=["half", "days", "huge", "inf"]
)
def test_days_late_takes_any_grace_that_a_course_may_give(minutes: float, days: int) -> None:
    assert days_late(_DEADLINE + _DAY, _DEADLINE, LatePolicy(grace_minutes=minutes)) == days


def test_days_late_is_0_without_a_deadline() -> None:
    assert days_late(_DEADLINE, None, _STRICT) == 0


@pytest.mark.parametrize("offset", range(-12, 15), ids=str)
def test_days_late_does_not_depend_on_the_time_zone_of_either(offset: int) -> None:
    elsewhere = timezone(timedelta(hours=offset))
    for moment, days in [(_DEADLINE, 0), (_DEADLINE + _SECOND, 1), (_DEADLINE + _DAY + _SECOND, 2)]:
        assert days_late(moment.astimezone(elsewhere), _DEADLINE, _STRICT) == days
        assert days_late(moment, _DEADLINE.astimezone(elsewhere), _STRICT) == days
        assert days_late(moment.astimezone(elsewhere), _DEADLINE.astimezone(elsewhere), _STRICT) == days


@pytest.mark.parametrize(
    ("day", "hours_between"), [(28, 23), (29, 24), (24, 25)], ids=["clock goes forward", "ordinary", "clock goes back"]
)
def test_days_late_has_24_hours_a_day_also_when_the_clock_changes(day: int, hours_between: int) -> None:
    month = 10 if hours_between == 25 else 3
    deadline = datetime(2026, month, day, 12, tzinfo=_BERLIN)
    next_noon = datetime(2026, month, day + 1, 12, tzinfo=_BERLIN)

    assert next_noon.astimezone(UTC) - deadline.astimezone(UTC) == timedelta(hours=hours_between)
    assert days_late(next_noon, deadline, _STRICT) == (2 if hours_between > 24 else 1)
    assert days_late(next_noon + timedelta(hours=1), deadline, _STRICT) == (2 if hours_between > 23 else 1)


def test_days_late_tells_the_two_hours_apart_that_the_clock_shows_twice() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=_BERLIN)
    second = first.replace(fold=1)

    assert days_late(second, first, _STRICT) == 1
    assert days_late(first, second, _STRICT) == 0


@pytest.mark.parametrize(
    ("submitted_at", "deadline"),
    [
        (_DEADLINE.replace(tzinfo=None), _DEADLINE),
        (_DEADLINE, _DEADLINE.replace(tzinfo=None)),
        (_DEADLINE.replace(tzinfo=None), _DEADLINE.replace(tzinfo=None)),
        (_DEADLINE.replace(tzinfo=None), None),
    ],
    ids=["submitted", "deadline", "both", "no deadline"],
)
def test_days_late_refuses_a_moment_without_a_time_zone(submitted_at: datetime, deadline: datetime | None) -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        days_late(submitted_at, deadline, _STRICT)


@pytest.mark.parametrize("offset", [-12, 0, 14], ids=str)
def test_days_late_takes_the_last_moment_of_all_as_never(offset: int) -> None:
    never = datetime.max.replace(tzinfo=timezone(timedelta(hours=offset)))

    assert days_late(_DEADLINE, never, _STRICT) == 0
    assert days_late(never, _DEADLINE, _STRICT) > 2_900_000


# What it costs.


@pytest.mark.parametrize(
    ("days", "left"), [(0, 80.0), (1, 72.0), (3, 56.0), (9, 8.0), (10, 0.0), (11, 0.0), (10**6, 0.0)], ids=str
)
def test_score_after_takes_a_share_for_each_day(days: int, left: float) -> None:
    assert score_after(80.0, days, LatePolicy(fraction_a_day=0.1)) == left


@pytest.mark.parametrize(("days", "left"), [(1, 60.0), (2, 40.0), (3, 40.0), (100, 40.0)], ids=str)
def test_score_after_stops_at_the_floor(days: int, left: float) -> None:
    assert score_after(80.0, days, LatePolicy(fraction_a_day=0.25, floor=0.5)) == left


@pytest.mark.parametrize("days", [0, 1, 1000])
def test_score_after_costs_nothing_without_a_policy(days: int) -> None:
    assert score_after(80.0, days, _STRICT) == 80.0


def test_score_after_has_four_decimals() -> None:
    assert score_after(100.0, 1, LatePolicy(fraction_a_day=1 / 3)) == 66.6667


def test_score_after_is_never_above_the_score_nor_below_0() -> None:
    fractions = [step / 16 for step in range(17)]
    for fraction in fractions:
        for floor in fractions:
            policy = LatePolicy(fraction_a_day=fraction, floor=floor)
            for score in (0.0, 0.00006, 0.1, 33.33333, 99.99996, 100.0):
                left = [score_after(score, days, policy) for days in range(20)]
                assert left == sorted(left, reverse=True)
                assert 0.0 <= left[-1] <= left[0] <= score
                assert left[-1] >= score * floor - 0.0001
