"""Deadlines for the terminal: when, how long is left, what is over, and what the class agreed on for late work."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime

from rich.console import Console
from rich.text import Text

from grader.course.roster import ClassRules, LatePolicy
from grader.rendering.console import prose, slim_table
from grader.rendering.phrases import Say, say_in
from grader.student.due import Due
from grader.student.progress import Progress

__all__ = ["moment_here", "render_deadlines", "render_due", "render_late_rule", "render_stranger"]

_MINUTE_S, _HOUR_S, _DAY_S, _YEAR_S = 60, 3600, 24 * 3600, 365 * 24 * 3600
_SOON_STYLE = "bold yellow"


def render_deadlines(
    console: Console, rules: ClassRules, due: Mapping[str, Due], progress: Progress, language: str
) -> None:
    """Prints when each assignment is due, below what says how far one is; nothing if none has a deadline."""
    if not due:
        return
    say = say_in(language)
    table = slim_table(say("Assignment"), say("Due"), "")
    for slug, one in due.items():
        best = progress.assignment(slug).best
        is_urgent = one.is_soon and (best is None or not best.is_full)
        words = Text(_words(one, say), style=_SOON_STYLE if is_urgent else "")
        table.add_row(Text(slug, style="bold"), moment_here(one.at), words)
    console.print()
    console.print(table)
    render_late_rule(console, rules.late, say)


def render_due(console: Console, due: Due, say: Say) -> None:
    """Prints when one assignment is due."""
    sentence = say("Due: {deadline}, {words}", deadline=moment_here(due.at), words=_words(due, say))
    console.print(prose(sentence), soft_wrap=True)


def render_late_rule(console: Console, policy: LatePolicy, say: Say) -> None:
    """Prints what the class agreed on for late work, if anything."""
    if sentences := [*_cost(policy, say), *_grace(policy, say)]:
        console.print(Text("\n".join(sentences), style="dim"))


def render_stranger(console: Console, rules: ClassRules, student: str | None, language: str) -> None:
    """Prints that the deadlines are everybody's, to somebody who said who they are and is not in the class."""
    if student is not None and rules.students and rules.student(student) is None:
        say = say_in(language)
        sentence = say("The class has no student `{student}`: these are everybody's deadlines.", student=student)
        console.print(prose(sentence), soft_wrap=True)


def moment_here(moment: datetime, precision: str = "minutes") -> str:
    """Returns a moment in the reader's own time zone, which it names."""
    with contextlib.suppress(OverflowError, OSError, ValueError):  # the end of year 9999, which is to mean never
        moment = moment.astimezone()
    return moment.isoformat(sep=" ", timespec=precision)


def _words(due: Due, say: Say) -> str:
    words = _over(due, say) if due.is_over else say("in {time}", time=_duration(due.left_s, say))
    return say("{words} (your extension)", words=words) if due.is_extension else words


def _over(due: Due, say: Say) -> str:
    if due.days_late == 0:
        return say("over, but in time for {time} more", time=_duration(due.grace_s, say))
    late = say("1 day late") if due.days_late == 1 else say("{days} days late", days=due.days_late)
    if due.percent == 100:
        return say("over, now {late}", late=late)
    return say("over, now {late}: {percent:g} % counts", late=late, percent=due.percent)


def _duration(seconds: float, say: Say) -> str:
    """Rounds down, so that nobody is promised more time than there is."""
    if seconds >= _YEAR_S:
        return say("more than a year")
    if seconds >= 2 * _DAY_S:
        return say("{count} days", count=int(seconds // _DAY_S))
    if seconds >= 2 * _HOUR_S:
        return say("{count} hours", count=int(seconds // _HOUR_S))
    if seconds >= 2 * _MINUTE_S:
        return say("{count} minutes", count=int(seconds // _MINUTE_S))
    return say("less than 2 minutes")


def _cost(policy: LatePolicy, say: Say) -> list[str]:
    if policy.fraction_a_day == 0 or policy.floor == 1:
        return []
    percent = 100 * policy.fraction_a_day
    if policy.floor == 0:
        return [say("Late work loses {percent:g} % of its score for each day begun.", percent=percent)]
    most = 100 * (1 - policy.floor)
    return [
        say(
            "Late work loses {percent:g} % of its score for each day begun, at most {most:g} %.",
            percent=percent,
            most=most,
        )
    ]


def _grace(policy: LatePolicy, say: Say) -> list[str]:
    if policy.grace_minutes == 0:
        return []
    return [say("A grace of {minutes:g} min after the deadline is still in time.", minutes=policy.grace_minutes)]
