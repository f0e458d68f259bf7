"""Handing in, for the terminal: what is wrong with a file, and what became of it."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from grader.classroom.gradebook.lateness import score_after
from grader.rendering.console import plain, prose, shown_path
from grader.rendering.deadlines import moment_here
from grader.rendering.phrases import Say, say_in
from grader.student.handin import Draft, Flaw, FlawKind, HandIn

__all__ = ["render_flaws", "render_handin"]


def render_flaws(console: Console, draft: Draft, language: str, *, is_handed_in: bool) -> None:
    """Prints what a look at the file found, and that it stays where it is if it does."""
    say = say_in(language)
    for flaw in draft.flaws:
        _print(console, _flaw(draft, flaw, say))
        if flaw.kind is FlawKind.SYNTAX and flaw.code:
            console.print(Text(f"    {plain(flaw.code)}"), soft_wrap=True)
    if not is_handed_in:
        _print(console, say("Nothing was handed in. Mend the file, or send it as it is with `--force`."))


def render_handin(console: Console, draft: Draft, done: HandIn, language: str) -> None:
    """Prints what was handed in, when, whether that was in time, and the receipt."""
    say = say_in(language)
    if done.receipt is None:
        return
    _print(
        console,
        say(
            "Handed in `{path}` as attempt {attempt} of `{slug}`, for {student}.",
            path=shown_path(draft.path),
            attempt=done.receipt.attempt,
            slug=done.receipt.assignment,
            student=done.receipt.student,
        ),
    )
    _print(console, say("Time: {time}", time=moment_here(done.receipt.submitted_at, "seconds")))
    for sentence in _lateness(draft, done, say):
        _print(console, sentence)
    _print(console, say("Receipt: {hash}", hash=done.receipt.receipt))
    if done.copy is not None:
        _print(console, say("Your copy of the receipt: `{path}`", path=done.copy))


def _print(console: Console, sentence: str) -> None:
    console.print(prose(sentence), soft_wrap=True)


def _flaw(draft: Draft, flaw: Flaw, say: Say) -> str:
    if flaw.kind is FlawKind.SYNTAX:
        return say(
            "`{path}` is no valid Python (line {line}): {message}",
            path=shown_path(draft.path),
            line="?" if flaw.line is None else flaw.line,
            message=flaw.message,
        )
    task = draft.assignment.task(flaw.task or "")
    if flaw.kind is FlawKind.MISSING:
        return say("`{task}` is missing: `{signature}` is asked for.", task=task.name, signature=task.signature)
    return say("`{task}` is not written yet (line {line}).", task=task.name, line=flaw.line)


def _lateness(draft: Draft, done: HandIn, say: Say) -> list[str]:
    if done.deadline is None:
        return []
    deadline = moment_here(done.deadline)
    if done.days_late == 0:
        return [say("Due: {deadline}. In time.", deadline=deadline)]
    if done.days_late == 1:
        late = say("Due: {deadline}. Late: 1 day has begun since.", deadline=deadline)
    else:
        late = say("Due: {deadline}. Late: {days} days have begun since.", deadline=deadline, days=done.days_late)
    percent = score_after(100.0, done.days_late, draft.course.rules.late)
    return [late] if percent == 100 else [late, say("{percent:g} % of its score counts.", percent=percent)]
