"""A practice course that was made or brought up to date, for the terminal."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console
from rich.text import Text

from grader.course.practice import Practice
from grader.rendering.console import prose, shown_path
from grader.rendering.phrases import Say, say_in

__all__ = ["render_practice"]


def render_practice(console: Console, practice: Practice, language: str) -> None:
    """Says what was written and what was not, and how to begin."""
    say = say_in(language)
    folder = _shown(practice.course.root)
    if practice.is_new:
        count = len(practice.course.slugs)
        console.print(prose(say("`{folder}` is a course of {count} assignments now.", folder=folder, count=count)))
        console.print(prose(say("What they ask is in `statements/`, and you write in `exercises/`.")))
        _print_next(console, practice, say)
        return
    if not practice.written:
        console.print(prose(say("`{folder}` is up to date.", folder=folder)))
    for path in practice.written:
        console.print(prose(say("`{path}` is new.", path=shown_path(path))))
    for path in practice.spared:
        console.print(prose(_spared(path, say)))
    if practice.default is not None:
        console.print(prose(_default(practice, practice.default, say)))


def _shown(folder: Path) -> str:
    return str(folder) if folder == Path.cwd() else shown_path(folder)


def _spared(path: Path, say: Say) -> str:
    return say(
        "`{path}` is yours by now and stays as it is. `learn show {slug}` shows the statement.",
        path=shown_path(path),
        slug=path.name.split(".")[0],
    )


def _default(practice: Practice, default: str, say: Say) -> str:
    return say(
        "The course's languages stay as they are. To change its default, put `{language}` first in `{path}`.",
        language=default,
        path=shown_path(practice.course.root / "course.toml"),
    )


def _print_next(console: Console, practice: Practice, say: Say) -> None:
    console.print(say("To begin:"))
    if practice.course.root != Path.cwd():
        console.print(Text(f"  cd {shlex.quote(shown_path(practice.course.root))}"), soft_wrap=True)
    if practice.course.slugs:
        console.print(Text(f"  learn start {practice.course.slugs[0]}"), soft_wrap=True)
