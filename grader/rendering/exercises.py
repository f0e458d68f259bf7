"""What `learn start` and `learn reset` did with an exercise, for the terminal."""

from __future__ import annotations

from rich.console import Console

from grader.course.exercises import ExerciseState, Generated
from grader.rendering.console import prose
from grader.rendering.deadlines import render_due
from grader.rendering.phrases import Say, say_in
from grader.student.due import Due

__all__ = ["render_reset", "render_started"]


def render_started(console: Console, started: Generated, due: Due | None, language: str) -> None:
    """Prints where the exercise is and what became of it, when it is due, and what to do."""
    say = say_in(language)
    _print(console, _what_became(started, say))
    if due is not None:
        render_due(console, due, say)
    slug = started.exercise.slug
    _print(console, say("Read `learn show {slug}`, edit the file, then run `learn check {slug}`.", slug=slug))


def render_reset(console: Console, done: Generated, language: str) -> None:
    """Prints that the stub is back, and where the work went."""
    say = say_in(language)
    _print(console, say("`{path}` is the stub again.", path=done.exercise.path))
    if done.backup is not None:
        _print(console, say("Your work is in `{backup}`.", backup=done.backup))


def _what_became(started: Generated, say: Say) -> str:
    exercise = started.exercise
    path = exercise.path
    if exercise.state is ExerciseState.MISSING:
        return say("Your exercise is `{path}`. It was put there now.", path=path)
    if exercise.is_stub:
        return say("Your exercise is `{path}`. It was there already, and nothing in it has changed yet.", path=path)
    if exercise.state is ExerciseState.STALE:
        return say(
            "Your exercise is `{path}`. Nothing in it had changed, so it was renewed: there is a later version.",
            path=path,
        )
    if exercise.state is ExerciseState.UNKNOWN:
        return say("Your exercise is `{path}`. It was there already.", path=path)
    return say("Your exercise is `{path}`, as you left it.", path=path)


def _print(console: Console, sentence: str) -> None:
    console.print(prose(sentence), soft_wrap=True)
