"""The solutions of a practice course, and what keeps others back, for the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from grader.rendering.console import plain, prose
from grader.rendering.phrases import Say, say_in
from grader.rendering.scores import points
from grader.student.progress import Mark
from grader.student.solutions import LockedTask, Solution, SolutionView

__all__ = ["render_solutions"]


def render_solutions(console: Console, view: SolutionView, language: str) -> None:
    """Prints each solution under a comment that names it, then the tasks that keep theirs and what to run for them."""
    say = say_in(language)
    for solution in view.solutions:
        _render_solution(console, solution, say)
    if view.locked:
        _render_locked(console, view.slug, view.locked, say)


def _render_solution(console: Console, solution: Solution, say: Say) -> None:
    for helper in solution.helpers:
        _render_code(console, say("{task}: what its solutions use", task=solution.task), helper)
    _render_code(console, say("{task}: the reference", task=solution.task), solution.reference)
    for variant in solution.variants:
        _render_code(console, say("{task}: variant {name}", task=solution.task, name=variant.name), variant.source)


def _render_code(console: Console, heading: str, source: str) -> None:
    console.print(Text(f"# {plain(heading)}", style="bold"), soft_wrap=True)
    console.print(Text(plain(source.strip("\n"))), soft_wrap=True)
    console.print()


def _render_locked(console: Console, slug: str, locked: tuple[LockedTask, ...], say: Say) -> None:
    console.print(prose(say("Solutions come with full marks. Not there yet:")))
    for task in locked:
        console.print(prose(f"  `{task.task}`  ").append(_best(task.best, say), "dim"), soft_wrap=True)
    console.print(say("Next:"))
    first = locked[0]
    hint = (f"learn hint {slug} {first.task}",) if first.has_hints else ()
    for command in (*hint, f"learn check {slug} --task {first.task}"):
        console.print(Text(f"  {command}", style="cyan"), soft_wrap=True)


def _best(best: Mark | None, say: Say) -> str:
    if best is None:
        return say("not checked yet")
    return say("best {score} / {max_score}", score=points(best.score), max_score=points(best.max_score))
