"""A graded class for the terminal: each assignment in a line, the common misconceptions, what to do next."""

from __future__ import annotations

import math
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.classroom.gradebook.gradebook import Gradebook, GradeStatus
from grader.language import in_language
from grader.rendering.console import plain, print_indented, prose
from grader.rendering.scores import percent
from grader.report.summary import ClassSummary, CommonMisconception, Scores, summarize

__all__ = ["render_summary"]

_MOST = 5
_BARS = " ▁▂▃▄▅▆▇█"
_ASCII_BARS = " .:-=+*#@"
_COLUMNS = ("Graded", "Refused", "Not\ngraded", "Missing", "Late", "Mean", "Median")


def render_summary(console: Console, gradebook: Gradebook) -> None:
    """Prints what an instructor wants to know first of a graded class, in English."""
    summary = summarize(gradebook)
    students = len(gradebook.students)
    console.print(
        Text.assemble(
            (plain(in_language(gradebook.title, "en")), "bold"), f"  {students} student{'' if students == 1 else 's'}"
        )
    )
    console.print(_table(console, summary))
    for number, found in enumerate(summary.misconceptions[:_MOST]):
        if not number:
            console.print(Text("\nMost common misconceptions"))
        _render_misconception(console, found)
    console.print()
    for sentence in _next_steps(summary):
        console.print(prose(sentence))


def _table(console: Console, summary: ClassSummary) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Assignment", overflow="fold")
    for column in _COLUMNS:
        table.add_column(column, justify="right")
    table.add_column("0 to 100 %")
    for of in summary.assignments:
        table.add_row(of.assignment.slug, *_cells(console, of.counts, of.late, of.scores))
    table.add_row("all", *_cells(console, summary.counts, summary.late, summary.totals), style="bold")
    return table


def _cells(console: Console, counts: Mapping[GradeStatus, int], late: int, scores: Scores) -> list[str]:
    numbers = [str(counts[status]) for status in GradeStatus]
    averages = ["-" if share is None else percent(share) for share in (scores.mean, scores.median)]
    return [*numbers, str(late), *averages, _histogram(console, scores.bins)]


def _histogram(console: Console, bins: tuple[int, ...]) -> str:
    """One character for each tenth; whatever is there at all is to be seen."""
    bars = _BARS if console.encoding.lower().startswith("utf") else _ASCII_BARS
    top = max(bins)
    return "".join(bars[math.ceil(count * (len(bars) - 1) / top) if top else 0] for count in bins)


def _render_misconception(console: Console, found: CommonMisconception) -> None:
    print_indented(console, prose(found.message), 2, Text(f"{len(found.students):3}", style="yellow"))
    print_indented(console, Text(plain(f"{found.assignment} {found.task}"), style="dim"), 6)


def _next_steps(summary: ClassSummary) -> list[str]:
    refused, not_graded = (summary.counts[status] for status in (GradeStatus.REFUSED, GradeStatus.NOT_GRADED))
    steps = []
    if not_graded:
        steps.append(f"Next: {not_graded} not graded by no fault of the student. `learn grade` judges what is left.")
    if refused:
        steps.append(f"{refused} refused: the student has to mend the file. The page says why.")
    if not steps and summary.counts[GradeStatus.GRADED]:
        steps.append("Next: `learn export --to csv` writes the grades for other systems.")
    return steps or ["Nothing is graded yet. `learn grade` grades a folder of submissions."]
