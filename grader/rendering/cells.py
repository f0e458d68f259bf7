"""What a test cell of a notebook prints: plain text, the same in Jupyter and in an autograded notebook."""

from __future__ import annotations

import io

from rich.console import Console

from grader.models import Report, Visibility
from grader.rendering.findings import survey
from grader.rendering.phrases import say_in
from grader.rendering.report import render_findings, render_notes

__all__ = ["cell_text", "hidden_text"]

_COLUMNS = 100


def cell_text(report: Report) -> str:
    """Returns the points of a task and what is wrong with it, in the report's language."""
    say = say_in(report.language)
    text = io.StringIO()
    console = Console(file=text, width=_COLUMNS, color_system=None, markup=False, highlight=False, force_jupyter=False)
    render_notes(console, report)
    render_findings(console, report, survey(report), say)
    if all(test.visibility is Visibility.VISIBLE for task in report.tasks for test in task.tests):
        console.print("\n" + say("These were the visible tests; hidden ones decide over the points too."))
    return text.getvalue().rstrip()


def hidden_text(language: str) -> str:
    """Returns what stands where students get no test of a task."""
    say = say_in(language)
    return say("All tests of this task are hidden.")
