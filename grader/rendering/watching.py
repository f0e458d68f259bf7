"""The screen of `learn watch`: each result anew, with the keys below it."""

from __future__ import annotations

import time

from rich.console import Console
from rich.text import Text

from grader.rendering.console import prose
from grader.rendering.course import render_hints, render_task
from grader.rendering.phrases import say_in
from grader.rendering.report import render_checked
from grader.student.at_hand import AtHand
from grader.student.attempt import Attempt, Checked
from grader.student.hints import show_hint

__all__ = ["WatchScreen"]


class WatchScreen:
    """Shows what `grader.student.watch` hands over.

    Args:
        has_keys: whether anybody can press one; the keys are listed only then.
        warnings: where it is told what did not get into the progress.
    """

    def __init__(self, console: Console, warnings: Console, attempt: Attempt, language: str, *, has_keys: bool) -> None:
        self._console = console
        self._warnings = warnings
        self._attempt = attempt
        self._language = language
        self._say = say_in(language)
        self._has_keys = has_keys

    def show_checked(self, checked: Checked, here: AtHand) -> None:
        if self._console.is_terminal:
            self._console.clear()
        self._console.print(Text(time.strftime("%H:%M:%S"), style="dim"))
        render_checked(self._console, self._attempt, checked, self._language, here.task)
        if checked.warning is not None:
            self._warnings.print(prose(checked.warning))
        self._foot(here)

    def show_hint(self, here: AtHand) -> None:
        """Shows the next hint of the task at hand."""
        self._console.print()
        if here.task is None:
            self._console.print(self._say("Nothing is left to hint at: every task has full marks."))
            return
        view = show_hint(self._attempt.course, self._attempt.assignment, here.task)
        render_hints(self._console, view, self._language)
        self._foot(here)

    def show_task(self, here: AtHand) -> None:
        """Shows what the statement says of the task at hand."""
        self._console.print()
        if here.task is None:
            self._console.print(self._say("Every task has full marks."))
            return
        render_task(self._console, self._attempt.course, self._attempt.assignment, here.task, self._language)
        self._foot(here)

    def show_problem(self, message: str) -> None:
        self._warnings.print(prose(message, "red"))

    def _foot(self, here: AtHand) -> None:
        if self._has_keys:
            self._console.print()
            if here.task is not None:
                self._console.print(prose(self._say("Task at hand: `{task}`", task=here.task)))
            self._console.print(Text(self._keys(here), style="dim"))
        self._console.file.flush()

    def _keys(self, here: AtHand) -> str:
        if here.is_shown and len(here.open) > 1:
            return self._say("[Enter] check  [h] hint  [n] next task  [q] quit")
        return self._say("[Enter] check  [h] hint  [n] statement  [q] quit")
