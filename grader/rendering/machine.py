"""What `learn doctor`, `image` and `generate` print."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.machine.doctor import Diagnosis, Status
from grader.rendering.console import plain, prose

__all__ = ["render_diagnosis"]

_STYLES = {Status.OK: "green", Status.WARN: "yellow", Status.FAIL: "bold red"}


def render_diagnosis(console: Console, diagnosis: Diagnosis) -> None:
    """Prints each check with its command, then whether anything failed."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in diagnosis.checks:
        message = prose(check.message)
        if check.next_command is not None:
            message.append_text(prose(f"\n`{plain(check.next_command)}`"))
        table.add_row(Text(check.status.value, style=_STYLES[check.status]), Text(plain(check.name)), message)
    console.print(table)
    counts = {status: sum(check.status is status for check in diagnosis.checks) for status in Status}
    console.print()
    console.print(f"{counts[Status.OK]} ok, {counts[Status.WARN]} to note, {counts[Status.FAIL]} failed")
