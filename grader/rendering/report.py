"""A report for the terminal: the points, what is wrong, what the code printed, what to do next."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.language import in_language
from grader.models import Problem, ProblemKind, Report, Verdict
from grader.rendering.console import mark, plain, print_indented, prose, shown_path
from grader.rendering.findings import Finding, Overview, Section, survey
from grader.rendering.next_step import next_step
from grader.rendering.phrases import Say, say_in
from grader.rendering.scores import points
from grader.rendering.sentences import (
    blame,
    not_written_sentence,
    remark_sentence,
    summary_sentence,
    task_state,
)
from grader.student.attempt import Attempt, Checked

__all__ = ["render_checked", "render_findings", "render_notes"]

_MAX_OUTPUT_LINES = 30
_MAX_PROBLEM_LINES = 12


def render_checked(
    console: Console, attempt: Attempt, checked: Checked, language: str, at_hand: str | None = None
) -> None:
    """Prints everything that a student reads of a check.

    Args:
        at_hand: the open task that is worked on, if that is known.
    """
    report = checked.report
    say = say_in(language)
    render_notes(console, report)
    if not report.graded:
        _render_not_graded(console, report.problem, say)
        return
    overview = survey(report)
    console.print(
        f"{in_language(attempt.assignment.title, language)}  ", prose(f"`{shown_path(attempt.path)}`"), sep=""
    )
    render_findings(console, report, overview, say)
    _render_output(console, report.output, say)
    console.print()
    console.print(_score_line(report, say))
    step = next_step(attempt, checked, overview, language, at_hand)
    console.print(prose(step.sentence))
    for command in step.commands:  # on lines of their own and never wrapped, to be copied
        console.print(Text(f"  {command}", style="cyan"), soft_wrap=True)


def render_findings(console: Console, report: Report, overview: Overview, say: Say) -> None:
    """Prints the points of each task, and what is wrong with it."""
    console.print(_task_table(console, report, say))
    for finding in overview.shared:
        _render_finding(console, finding, 0, say)
    for section in overview.sections:
        _render_section(console, section, say)
    _render_not_written(console, overview, say)


def render_notes(console: Console, report: Report) -> None:
    """Prints how the file was read and what of it was not taken."""
    for note in report.notes:
        print_indented(console, prose(note, "dim"), 0)
    if report.notes:
        console.print()


def _render_not_graded(console: Console, problem: Problem | None, say: Say) -> None:
    kind = problem.kind if problem is not None else ProblemKind.ENGINE
    message = problem.message if problem is not None else say("the report gives no reason")
    console.print(Text(blame(kind, say), style="bold red"))
    lines = message.strip().splitlines()
    if len(lines) > _MAX_PROBLEM_LINES:  # of a traceback the ends tell most; `--json` has all of it
        left = len(lines) - _MAX_PROBLEM_LINES + 1
        lines = [lines[0], say("... ({left} lines; `--json` shows them)", left=left), *lines[-_MAX_PROBLEM_LINES + 2 :]]
    print_indented(console, prose("\n".join(lines)), 2)


def _task_table(console: Console, report: Report, say: Say) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    table.add_column(say("Task"), overflow="fold")
    table.add_column(say("Points"), justify="right")
    table.add_column(say("Tests passed"), justify="right")
    for task in report.tasks:
        counted = [test for test in task.tests if test.verdict is not Verdict.SKIPPED]
        passed = sum(test.verdict is Verdict.PASSED for test in counted)
        table.add_row(
            mark(console, task_state(task)),
            Text(plain(task.task)),
            f"{points(task.score)} / {points(task.max_score)}",
            f"{passed} / {len(counted)}",
        )
    return table


def _render_section(console: Console, section: Section, say: Say) -> None:
    console.print()
    console.print(Text(plain(section.task.task), style="bold"))
    for misconception in section.task.misconceptions:
        print_indented(console, prose(misconception.message, "yellow"), 2)
    for finding in section.findings:
        _render_finding(console, finding, 2, say)
    for message, count in section.remarks:
        print_indented(console, prose(remark_sentence(message, count, say), "dim"), 2)


def _render_finding(console: Console, finding: Finding, columns: int, say: Say) -> None:
    if columns == 0:
        console.print()
    for title in finding.titles:
        heading = Text(plain(title))
        if finding.is_visible:
            heading.append(say("  (visible test)"), "dim")
        print_indented(console, heading, columns, mark(console, "none"))
    summary, _, diff = finding.message.partition("\n")
    if finding.titles:
        print_indented(console, prose(summary_sentence(summary, finding, say)), columns + 4)
    else:
        tests = say("  ({count} tests)", count=finding.tests) if finding.tests > 1 else ""
        print_indented(console, Text.assemble(prose(summary), (tests, "dim")), columns, mark(console, "none"))
    if diff:
        print_indented(console, Text(plain(diff)), columns + 6)
    if finding.line is not None:
        print_indented(console, _code_line(finding.line, finding.code, say), columns + 4)
    for hint in finding.hints:
        print_indented(console, prose(say("Hint: {hint}", hint=hint), "italic"), columns + 4)


def _code_line(line: int, code: str | None, say: Say) -> Text:
    return Text.assemble((say("line {line}:  ", line=line), "dim"), (plain(code or ""), "bold"))


def _render_not_written(console: Console, overview: Overview, say: Say) -> None:
    if not overview.not_written:
        return
    console.print()
    console.print(prose(not_written_sentence(overview.not_written, say)))


def _render_output(console: Console, output: str, say: Say) -> None:
    lines = output.rstrip().splitlines()
    if not lines:
        return
    console.print()
    console.print(Text(say("Your code printed:"), style="dim"))
    for line in lines[:_MAX_OUTPUT_LINES]:
        print_indented(console, Text(plain(line)), 2)
    if len(lines) > _MAX_OUTPUT_LINES:
        more = say("... and {count} more lines; `--json` shows them.", count=len(lines) - _MAX_OUTPUT_LINES)
        print_indented(console, Text(more, style="dim"), 2)


def _score_line(report: Report, say: Say) -> Text:
    style = "bold green" if report.is_full else "bold"
    score = say("Score {score} / {max_score}", score=points(report.score or 0.0), max_score=points(report.max_score))
    details = say(
        "  (seed {seed}, {sandbox} sandbox, {device}, {duration_s:.2f} s)",
        seed=report.seed,
        sandbox=report.sandbox,
        device=report.device,
        duration_s=report.duration_s,
    )
    return Text.assemble((score, style), (details, "dim"))
