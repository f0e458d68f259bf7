"""What to do after a check: one sentence and the commands to type. Pure."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from grader.attempt import Attempt, Checked
from grader.errors import UserError
from grader.language import Language
from grader.models import Report, TaskReport
from grader.rendering.findings import Overview

__all__ = ["NextStep", "first_open", "next_step"]


@dataclass(frozen=True, kw_only=True)
class NextStep:
    sentence: str
    commands: tuple[str, ...]


def next_step(attempt: Attempt, checked: Checked, overview: Overview, language: Language) -> NextStep:
    """Returns the next step: mend the file, work on the first open task, check the rest, or the next assignment."""
    report = checked.report
    slug = attempt.assignment.slug
    file_option = "" if attempt.is_own_exercise else f" --file {shlex.quote(str(attempt.path))}"
    check = f"learn check {slug}"
    if overview.shared:
        line = overview.shared[0].line
        place = f"line {line}" if line is not None else "the file"
        return NextStep(sentence=f"Next: mend {place}, then check again.", commands=(check + file_option,))
    task = first_open(report)
    if task is not None:
        hints = (f"learn hint {slug} {task.task}",) if attempt.assignment.task(task.task).hints else ()
        commands = (*hints, f"{check} --task {task.task}{file_option}")
        return NextStep(sentence=f"Next: `{task.task}`", commands=commands)
    if len(report.tasks) < len(attempt.assignment.tasks):
        return NextStep(sentence="Full marks for what was checked. Next: all tasks.", commands=(check + file_option,))
    return _next_assignment(attempt, checked, language)


def first_open(report: Report) -> TaskReport | None:
    """Returns the first task without full marks."""
    return next((task for task in report.tasks if task.score < task.max_score), None)


def _next_assignment(attempt: Attempt, checked: Checked, language: Language) -> NextStep:
    """Goes on behind this assignment and comes back to the first; what has full marks already is left out."""
    slugs = attempt.course.slugs
    here = slugs.index(attempt.assignment.slug)
    for slug in slugs[here + 1 :] + slugs[:here]:
        best = checked.progress.assignment(slug).best
        if best is None or not best.is_full:
            sentence = f"Full marks! Next: {_title(attempt, slug, language)}"
            return NextStep(sentence=sentence, commands=(f"learn start {slug}",))
    return NextStep(sentence="Full marks, and nothing is left open in this course!", commands=("learn status",))


def _title(attempt: Attempt, slug: str, language: Language) -> str:
    """A broken assignment further on must not spoil the result of this one; its own commands say what is wrong."""
    try:
        return attempt.course.assignment(slug).title.in_language(language.value)
    except UserError:
        return slug
