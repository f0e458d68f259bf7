"""A report for the terminal: the points, what is wrong, what the code printed, what to do next."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.attempt import Attempt, Checked
from grader.language import Language
from grader.models import Problem, ProblemKind, Report, TaskReport, Verdict
from grader.rendering.console import mark, plain, points, print_indented, prose, shown_path
from grader.rendering.findings import Finding, Overview, Section, survey
from grader.rendering.next_step import next_step

__all__ = ["render_checked"]

_MAX_OUTPUT_LINES = 30
_MAX_PROBLEM_LINES = 12
_BLAME = {
    ProblemKind.REFUSED: "The submission was refused.",
    ProblemKind.SANDBOX: "Not graded: the sandbox failed. This is not your fault, and it cost no points.",
    ProblemKind.ENGINE: "Not graded: the grader or its suite failed. This is not your fault, and it cost no points.",
}
_LABELLED = {Verdict.TIMEOUT: "timeout", Verdict.MEMORY: "memory", Verdict.CRASHED: "crashed"}


def render_checked(console: Console, attempt: Attempt, checked: Checked, language: Language) -> None:
    """Prints everything that a student reads of a check."""
    report = checked.report
    if not report.graded:
        _render_not_graded(console, report.problem)
        return
    overview = survey(report)
    console.print(
        f"{attempt.assignment.title.in_language(language.value)}  ", prose(f"`{shown_path(attempt.path)}`"), sep=""
    )
    console.print(_task_table(console, report))
    for finding in overview.shared:
        _render_finding(console, finding, 0)
    for section in overview.sections:
        _render_section(console, section)
    _render_not_written(console, overview)
    _render_output(console, report.output)
    console.print()
    console.print(_score_line(report))
    step = next_step(attempt, checked, overview, language)
    console.print(prose(step.sentence))
    for command in step.commands:  # on lines of their own and never wrapped, to be copied
        console.print(Text(f"  {command}", style="cyan"), soft_wrap=True)


def _render_not_graded(console: Console, problem: Problem | None) -> None:
    kind = problem.kind if problem is not None else ProblemKind.ENGINE
    message = problem.message if problem is not None else "the report gives no reason"
    console.print(Text(_BLAME[kind], style="bold red"))
    lines = message.strip().splitlines()
    if len(lines) > _MAX_PROBLEM_LINES:  # of a traceback the ends tell most; `--json` has all of it
        left = len(lines) - _MAX_PROBLEM_LINES + 1
        lines = [lines[0], f"... ({left} lines; `--json` shows them)", *lines[-_MAX_PROBLEM_LINES + 2 :]]
    print_indented(console, prose("\n".join(lines)), 2)


def _task_table(console: Console, report: Report) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    table.add_column("Task", overflow="fold")
    table.add_column("Points", justify="right")
    table.add_column("Tests passed", justify="right")
    for task in report.tasks:
        counted = [test for test in task.tests if test.verdict is not Verdict.SKIPPED]
        passed = sum(test.verdict is Verdict.PASSED for test in counted)
        table.add_row(
            mark(console, _state(task)),
            Text(plain(task.task)),
            f"{points(task.score)} / {points(task.max_score)}",
            f"{passed} / {len(counted)}",
        )
    return table


def _state(task: TaskReport) -> str:
    if task.max_score == 0:
        return "open"
    return "full" if task.score == task.max_score else "part" if task.score else "none"


def _render_section(console: Console, section: Section) -> None:
    console.print()
    console.print(Text(plain(section.task.task), style="bold"))
    for misconception in section.task.misconceptions:
        print_indented(console, prose(misconception.message, "yellow"), 2)
    for finding in section.findings:
        _render_finding(console, finding, 2)
    for message, count in section.remarks:
        number = f"{count} test{'s' if count > 1 else ''}"
        print_indented(console, prose(f"{number} {message}", "dim"), 2)


def _render_finding(console: Console, finding: Finding, columns: int) -> None:
    if columns == 0:
        console.print()
    for title in finding.titles:
        heading = Text(plain(title))
        if finding.is_visible:
            heading.append("  (visible test)", "dim")
        print_indented(console, heading, columns, mark(console, "none"))
    summary, _, diff = finding.message.partition("\n")
    label = f"{_LABELLED[finding.verdict]}: " if finding.verdict in _LABELLED else ""
    if finding.titles:
        print_indented(console, prose(label + summary), columns + 4)
    else:
        tests = f"  ({finding.tests} tests)" if finding.tests > 1 else ""
        print_indented(console, Text.assemble(prose(summary), (tests, "dim")), columns, mark(console, "none"))
    if diff:
        print_indented(console, Text(plain(diff)), columns + 6)
    if finding.line is not None:
        print_indented(console, _code_line(finding.line, finding.code), columns + 4)
    for hint in finding.hints:
        print_indented(console, prose(f"Hint: {hint}", "italic"), columns + 4)


def _code_line(line: int, code: str | None) -> Text:
    return Text.assemble((f"line {line}:  ", "dim"), (plain(code or ""), "bold"))


def _render_not_written(console: Console, overview: Overview) -> None:
    if not overview.not_written:
        return
    places = [f"`{task.task}`" + (f" (line {line})" if line else "") for task, line in overview.not_written]
    console.print()
    console.print(prose(f"Not written yet: {', '.join(places)}"))


def _render_output(console: Console, output: str) -> None:
    lines = output.rstrip().splitlines()
    if not lines:
        return
    console.print()
    console.print(Text("Your code printed:", style="dim"))
    for line in lines[:_MAX_OUTPUT_LINES]:
        print_indented(console, Text(plain(line)), 2)
    if len(lines) > _MAX_OUTPUT_LINES:
        more = f"... and {len(lines) - _MAX_OUTPUT_LINES} more lines; `--json` shows them."
        print_indented(console, Text(more, style="dim"), 2)


def _score_line(report: Report) -> Text:
    style = "bold green" if report.is_full else "bold"
    score = f"Score {points(report.score or 0.0)} / {points(report.max_score)}"
    details = f"  (seed {report.seed}, {report.sandbox} sandbox, {report.device}, {report.duration_s:.2f} s)"
    return Text.assemble((score, style), (details, "dim"))
