"""What the commands about a class print: progress, what came of it, who goes up and down, a replay, the audit log."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from grader.classroom.audit import Audit
from grader.classroom.classroom import ClassResult
from grader.classroom.gradebook.gradebook import GradeStatus
from grader.classroom.regrade import Change, Regrading
from grader.classroom.replay import Replay
from grader.rendering.console import mark, plain, print_indented, prose
from grader.rendering.scores import points

__all__ = ["BatchBar", "render_audit", "render_batch", "render_regrading", "render_replay"]

_MAX_REMARKS = 20
_STATUS_STYLES = {
    GradeStatus.GRADED: "green",
    GradeStatus.REFUSED: "yellow",
    GradeStatus.NOT_GRADED: "bold red",
    GradeStatus.MISSING: "dim",
}


class BatchBar:
    """A bar with counts and the time left on a terminal; nothing where the output is no terminal."""

    def __init__(self, console: Console) -> None:
        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("starting ...", total=None)
        self._total = 0

    def start(self, submissions: int) -> None:
        self._total = submissions
        self._bar.update(self._task, total=submissions)

    def look(self, waiting: int) -> None:
        """Shows how much is done; what another command added meanwhile is work too."""
        self._total = max(self._total, waiting)
        self._bar.update(self._task, total=self._total, completed=self._total - waiting, description="judged")

    def tell(self, text: str) -> None:
        """Says something at once, above the bar."""
        self._bar.console.print(prose(text))

    def __enter__(self) -> BatchBar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def render_batch(console: Console, result: ClassResult) -> None:
    """Prints what came of `learn grade`: remarks first, counts last."""
    _render_remarks(console, result)
    for failure in result.failures:
        sentence = prose(f"`{failure.student}` `{failure.assignment}`: {failure.message.splitlines()[0]}")
        print_indented(console, Text.assemble(("not graded ", "bold red"), sentence), 0)
    counts = [
        Text(
            f"{result.grades[status]} {status.value}", style=_STATUS_STYLES[status] if result.grades[status] else "dim"
        )
        for status in GradeStatus
    ]
    console.print(Text(", ").join(counts))
    unchanged = result.submissions - result.judged - len(result.failures)
    files = f"{result.submissions} submission{'s' if result.submissions > 1 else ''}"
    console.print(
        f"{files}: {result.judged} judged now, {unchanged} not run again or refused ({result.duration_s:.1f} s)",
        style="dim",
    )
    console.print(prose(f"Grades and reports are in `{result.out}`."))
    advice = "Run the same command again: it judges only what is not graded." if result.failures else ""
    console.print(prose(advice or "`learn report` shows the class, `learn export` writes files for other systems."))


def render_regrading(console: Console, regrading: Regrading) -> None:
    """Prints whose score changes, and in which direction."""
    if not regrading.changes:
        console.print("Nothing to regrade: every grading is of the present suites.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("Student", "Assignment", "Attempt", "Before", "After", ""):
        table.add_column(column, justify="right" if column in ("Attempt", "Before", "After") else "left")
    for change in (*regrading.down, *regrading.up, *regrading.failed):
        table.add_row(*_change_cells(change))
    if table.row_count:
        console.print(table)
        console.print()
    same = len(regrading.changes) - table.row_count
    console.print(
        f"{len(regrading.changes)} judged by the present suites: {len(regrading.up)} up, {len(regrading.down)} down, "
        f"{same} the same, {len(regrading.failed)} not graded"
    )
    if regrading.is_dry_run:
        console.print(prose("Nothing was changed. `learn regrade` without --dry-run puts these scores in force."))


def render_replay(console: Console, replayed: Replay) -> None:
    """Prints whether a grading was repeated, and what the hidden tests saw."""
    report = replayed.report
    console.print(
        f"{report.assignment}  {plain(report.student or '')}  seed {report.seed}  "
        f"score {points(report.score or 0.0)} / {points(report.max_score)}"
    )
    verdicts = {test.test: test for task in report.tasks for test in task.tests}
    for detail in replayed.details:
        test = verdicts.get(detail.test)
        console.print()
        heading = f"{detail.test}  {test.verdict.value if test is not None else ''}"
        print_indented(console, Text(plain(heading), style="bold"), 0)
        print_indented(console, Text(plain(detail.details.rstrip())), 2)
    console.print()
    if not replayed.differences:
        print_indented(console, Text("Repeated: every result is as it was."), 0, mark(console, "full"))
        return
    print_indented(console, Text("Not repeated; these came out otherwise:", style="bold red"), 0, mark(console, "none"))
    for name in replayed.differences:
        print_indented(console, Text(plain(name)), 2)


def render_audit(console: Console, audit: Audit) -> None:
    """Prints the log, its problems and its head."""
    for entry in audit.entries:
        line = f"{entry.number:5}  {entry.at[:19]}Z  {plain(entry.actor)}  {entry.action}  {plain(entry.details)}"
        console.print(Text(line), soft_wrap=True)
    console.print()
    for problem in audit.problems:
        print_indented(console, prose(problem), 0, mark(console, "none"))
    if not audit.problems:
        print_indented(console, Text(f"The log holds: {len(audit.entries)} entries."), 0, mark(console, "full"))
    if audit.head is not None:
        console.print(Text(f"Head {audit.head}"), soft_wrap=True)


def _render_remarks(console: Console, result: ClassResult) -> None:
    for remark in result.remarks[:_MAX_REMARKS]:
        print_indented(console, Text.assemble(("note ", "yellow"), prose(f"`{remark.path}`: {remark.message}")), 0)
    if len(result.remarks) > _MAX_REMARKS:
        console.print(f"... and {len(result.remarks) - _MAX_REMARKS} more notes; `--json` has them all.", style="dim")
    if result.remarks:
        console.print()


def _change_cells(change: Change) -> tuple[str | Text, ...]:
    after = "" if change.after is None else points(change.after)
    if change.after is None:
        sign = Text("not graded", style="bold red")
    else:
        sign = Text("up", style="green") if change.after > change.before else Text("down", style="red")
    return plain(change.student), change.assignment, str(change.attempt), points(change.before), after, sign
