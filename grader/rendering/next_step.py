"""What to do after a check: one sentence and the commands to type. Pure."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from grader.errors import UserError
from grader.language import in_language
from grader.models import Report
from grader.rendering.findings import Overview
from grader.rendering.phrases import Say, say_in
from grader.student.attempt import Attempt, Checked

__all__ = ["NextStep", "next_step"]


@dataclass(frozen=True, kw_only=True)
class NextStep:
    sentence: str
    commands: tuple[str, ...]


def next_step(
    attempt: Attempt, checked: Checked, overview: Overview, language: str, at_hand: str | None = None
) -> NextStep:
    """Returns the next step: mend the file, work on an open task, check the rest, or the next assignment.

    Args:
        at_hand: the open task that is worked on; by default the first open one.
    """
    report = checked.report
    slug = attempt.assignment.slug
    say = say_in(language)
    file_option = "" if attempt.is_own_exercise else f" --file {shlex.quote(str(attempt.path))}"
    check = f"learn check {slug}"
    if overview.shared:
        return NextStep(sentence=_what_to_mend(overview.shared[0].line, say), commands=(check + file_option,))
    task = at_hand or _first_open(report)
    if task is not None:
        hints = (f"learn hint {slug} {task}",) if attempt.assignment.task(task).hints else ()
        commands = (*hints, f"{check} --task {task}{file_option}")
        return NextStep(sentence=say("Next: `{task}`", task=task), commands=commands)
    if len(report.tasks) < len(attempt.assignment.tasks):
        sentence = say("Full marks for what was checked. Next: all tasks.")
        return NextStep(sentence=sentence, commands=(check + file_option,))
    return _next_assignment(attempt, checked, language)


def _what_to_mend(line: int | None, say: Say) -> str:
    if line is None:
        return say("Next: mend the file, then check again.")
    return say("Next: mend line {line}, then check again.", line=line)


def _first_open(report: Report) -> str | None:
    return next((task.task for task in report.tasks if task.score < task.max_score), None)


def _next_assignment(attempt: Attempt, checked: Checked, language: str) -> NextStep:
    """Goes on behind this assignment and comes back to the first; what has full marks already is left out."""
    say = say_in(language)
    shown = _solutions(attempt, checked)
    slugs = attempt.course.slugs
    here = slugs.index(attempt.assignment.slug)
    for slug in slugs[here + 1 :] + slugs[:here]:
        best = checked.progress.assignment(slug).best
        if best is None or not best.is_full:
            title = _title(attempt, slug, language)
            sentence = say("Full marks! Next: {title}", title=title)
            if shown:
                sentence = say("Full marks! Compare your code with other solutions. Next: {title}", title=title)
            return NextStep(sentence=sentence, commands=(*shown, f"learn start {slug}"))
    sentence = say("Full marks, and nothing is left open in this course!")
    return NextStep(sentence=sentence, commands=(*shown, "learn status"))


def _solutions(attempt: Attempt, checked: Checked) -> tuple[str, ...]:
    """Returns how to see the solutions, where the full marks of this check opened them."""
    if attempt.course.is_authored or not attempt.is_own_exercise or checked.warning is not None:
        return ()
    return (f"learn show {attempt.assignment.slug} --solutions",)


def _title(attempt: Attempt, slug: str, language: str) -> str:
    """A broken assignment further on must not spoil the result of this one; its own commands say what is wrong."""
    try:
        return in_language(attempt.course.assignment(slug).title, language)
    except UserError:
        return slug
