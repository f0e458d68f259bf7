"""What `learn verify` prints: a line for each assignment, and below it what is not proved."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from grader.rendering.console import mark, print_indented, prose
from grader.verify.gate import Proof, Verification

__all__ = ["TrialBar", "render_coverage", "render_proof", "render_verification"]


class TrialBar:
    """A bar on the terminal while the trials run; nothing where the output is no terminal."""

    def __init__(self, console: Console, description: str = "verify") -> None:
        columns = (TextColumn("{task.description:14}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task(description, total=None)

    def start(self, trials: int) -> None:
        self._bar.update(self._task, total=trials)

    def advance(self, slug: str) -> None:
        self._bar.update(self._task, advance=1, description=slug)

    def above(self, show: Callable[[], None]) -> None:
        """Prints something where the bar was, and the bar below it."""
        self._bar.stop()
        show()
        self._bar.start()

    def __enter__(self) -> TrialBar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def render_proof(console: Console, proof: Proof) -> None:
    """Prints one assignment's line and its complaints."""
    line = _counted(proof) if proof.is_finished else f"{proof.assignment:14} unfinished: nothing was tried"
    print_indented(console, Text(line), 0, mark(console, "full" if proof.is_proved else "none"))
    for complaint in proof.complaints:
        sentence = prose(f"`{complaint.subject}` {complaint.message}")
        print_indented(console, Text.assemble((f"{complaint.check:9} ", "red"), sentence), 4)


def render_coverage(console: Console, proof: Proof) -> None:
    """Prints the input classes of each task: those that came, those that never did, and those that are waived."""
    for task in dict.fromkeys(row.task for row in proof.coverage):
        table = Table(
            "argument",
            "asked with",
            "never",
            "waived",
            title=task,
            title_justify="left",
            box=None,
            padding=(0, 2, 0, 0),
        )
        for row in (row for row in proof.coverage if row.task == task):
            never = Text(", ".join(row.missing), style="red")
            table.add_row(row.subject, ", ".join(row.came), never, Text(", ".join(row.waived), style="dim"))
        console.print(Padding(table, (0, 0, 1, 4)))


def _counted(proof: Proof) -> str:
    counts = proof.tally
    listed = f", {counts.mechanical_listed} equivalent" if counts.mechanical_listed else ""
    return (
        f"{proof.assignment:14} {counts.tests:3} tests  {counts.seeds:3} seeds  {counts.variants:3} variants  "
        f"{counts.caught:3} of {counts.mutants} mutants caught, {counts.named} named  "
        f"{counts.mechanical_caught:3} of {counts.mechanical} mechanical{listed}"
    )


def render_verification(console: Console, found: Verification) -> None:
    """Prints the verdict over all."""
    count = sum(len(proof.complaints) for proof in found.assignments)
    console.print()
    if found.is_proved:
        number = len(found.assignments)
        text = f"Proved: {number} assignment{'s' if number > 1 else ''} ({found.duration_s:.0f} s)"
        console.print(Text(text, style="bold green"))
    else:
        text = f"Not proved: {count} complaint{'s' if count > 1 else ''} ({found.duration_s:.0f} s)"
        console.print(Text(text, style="bold red"))
