"""A course for the terminal: its list, one assignment's statement, hints and the progress."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console, Group
from rich.markdown import Markdown
from rich.progress_bar import ProgressBar
from rich.text import Text

from grader.course.course import Course
from grader.course.statement import section_of, unwrapped
from grader.language import in_language
from grader.models import Assignment, Difficulty
from grader.rendering.console import plain, print_indented, prose, slim_table
from grader.rendering.deadlines import render_due, render_late_rule
from grader.rendering.phrases import Say, say_in
from grader.rendering.scores import points
from grader.student.due import Due
from grader.student.hints import HintView
from grader.student.progress import AssignmentProgress, Mark, Progress

__all__ = ["render_hints", "render_list", "render_statement", "render_status", "render_task"]

_BAR_COLUMNS = 30
_DONE_STYLE = "green"


def render_list(console: Console, assignments: list[Assignment], progress: Progress, language: str) -> None:
    say = say_in(language)
    table = slim_table(say("Assignment"), say("Title"), say("Difficulty"))
    for heading in (say("Minutes"), say("Points"), say("Best")):
        table.add_column(heading, justify="right", no_wrap=True)
    for assignment in assignments:
        table.add_row(
            Text(assignment.slug, style="bold"),
            Text(in_language(assignment.title, language)),
            _difficulty(assignment, say),
            str(assignment.minutes),
            points(assignment.max_score),
            _best(progress.assignment(assignment.slug).best),
        )
    console.print(table)


def render_statement(
    console: Console, course: Course, assignment: Assignment, language: str, due: Due | None = None
) -> None:
    """Prints the whole statement, with when it is due before and the tasks with their points after it."""
    say = say_in(language)
    title = in_language(assignment.title, language)
    facts = say(
        "{difficulty}, about {minutes} minutes, {points} points",
        difficulty=_difficulty(assignment, say),
        minutes=assignment.minutes,
        points=points(assignment.max_score),
    )
    console.print(Text.assemble((title, "bold"), f"  ({assignment.slug}: {facts})"))
    if due is not None:
        render_due(console, due, say)
        render_late_rule(console, course.rules.late, say)
    console.print()
    _print_markdown(console, course.statement(assignment, language))
    console.print()
    table = slim_table(say("Task"))
    table.add_column(say("Points"), justify="right")
    for task in assignment.tasks:
        table.add_row(Text(task.name), points(task.points))
    console.print(table)


def render_task(console: Console, course: Course, assignment: Assignment, task_name: str, language: str) -> None:
    """Prints a task's own section of the statement, or its signature where the statement has no such section."""
    section = section_of(course.statement(assignment, language), task_name)
    task = assignment.task(task_name)
    _print_markdown(
        console, section or f"## `{task.name}` ({points(task.points)})\n\n```python\n{task.signature}\n```\n"
    )


def render_hints(console: Console, view: HintView, language: str) -> None:
    """Prints the hints seen so far, the newest last."""
    say = say_in(language)
    count = len(view.hints) + view.left
    for number, hint in enumerate(view.hints, 1):
        style = "" if number == len(view.hints) else "dim"
        heading = say("Hint {number} of {count} for {task}", number=number, count=count, task=view.task)
        console.print(Text(heading, style=style or "bold"))
        print_indented(console, prose(in_language(hint, language), style), 2)
    if not view.is_new:
        console.print(Text(say("There are no more hints for this task."), style="dim"))
    elif view.left:
        command = f"learn hint {view.slug} {view.task}"
        console.print(prose(say("{left} more: `{command}`", left=view.left, command=command), "dim"))


def render_status(console: Console, assignments: list[Assignment], progress: Progress, language: str) -> None:
    """Prints the progress over the course, with a bar for all of it."""
    say = say_in(language)
    table = slim_table(say("Assignment"), say("Title"))
    for heading in (say("Best"), say("Attempts"), say("Hints"), say("Last check")):
        table.add_column(heading, justify="right", no_wrap=True)
    for assignment in assignments:
        known = progress.assignment(assignment.slug)
        table.add_row(
            Text(assignment.slug, style="bold"),
            Text(in_language(assignment.title, language)),
            _best(known.best, assignment.max_score),
            str(known.attempts or "-"),
            str(known.hints_shown or "-"),
            _when(known.checked_at),
        )
    console.print(table)
    console.print()
    console.print(_total(assignments, progress, say))


def _difficulty(assignment: Assignment, say: Say) -> str:
    words = {Difficulty.EASY: say("easy"), Difficulty.MEDIUM: say("medium"), Difficulty.HARD: say("hard")}
    return words[assignment.difficulty]


def _total(assignments: list[Assignment], progress: Progress, say: Say) -> Group:
    known = [progress.assignment(assignment.slug) for assignment in assignments]
    earned = sum(_earned(entry) for entry in known)
    total = sum(assignment.max_score for assignment in assignments)
    done = sum(entry.best is not None and entry.best.is_full for entry in known)
    line = say(
        "{earned} of {total} points, {done} of {count} assignments with full marks",
        earned=points(earned),
        total=points(total),
        done=done,
        count=len(assignments),
    )
    bar = ProgressBar(total=total or 1.0, completed=earned, width=_BAR_COLUMNS, finished_style=_DONE_STYLE)
    return Group(bar, "", Text(line)) if earned else Group(Text(line))


def _earned(entry: AssignmentProgress) -> float:
    return entry.best.score if entry.best is not None else 0.0


def _best(best: Mark | None, max_score: float | None = None) -> Text:
    if best is None:
        return Text("-", style="dim")
    of = f" / {points(max_score)}" if max_score is not None else ""
    return Text(points(best.score) + of, style=_DONE_STYLE if best.is_full else "yellow")


def _when(moment: datetime | None) -> str:
    return "-" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _print_markdown(console: Console, text: str) -> None:
    """Typesets Markdown on a terminal only: piped, it goes on as it is, for a pager or a file."""
    if console.is_terminal:
        console.print(Markdown(unwrapped(text)))
    else:
        console.print(Text(plain(text.rstrip("\n"))), soft_wrap=True)
