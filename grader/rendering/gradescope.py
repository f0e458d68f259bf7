"""A report as Gradescope's `results.json`: what a student reads in the terminal, and nothing that is hidden. Pure.

The format is that of "Output format" in Gradescope's autograder specifications.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.models import Problem, ProblemKind, Report, TaskReport, TestReport, Verdict, Visibility
from grader.rendering.phrases import Say, say_in
from grader.rendering.sentences import blame

__all__ = ["results_of", "without_score"]

_PLAIN = {"output_format": "text", "test_output_format": "text", "test_name_format": "text"}


def results_of(report: Report) -> dict[str, Any]:
    """Returns the results of a report; of one that was not graded, without any score."""
    language = report.language
    if not report.graded or report.score is None:
        return without_score(report.problem, language)
    say = say_in(language)
    return {
        "score": report.score,
        "execution_time": report.duration_s,
        "output": "\n".join(_summary(report, say)),
        **_PLAIN,
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(task, test, say) for task in report.tasks for test in task.tests],
    }


def without_score(problem: Problem | None, language: str) -> dict[str, Any]:
    """Returns results that say why there are none.

    Only a refusal is told in full: what went wrong on our side may quote the hidden suite.
    """
    say = say_in(language)
    kind = problem.kind if problem is not None else ProblemKind.ENGINE
    output = blame(kind, say)
    if problem is not None and kind is ProblemKind.REFUSED:
        output += f"\n{problem.message}"
    return {"output": output, **_PLAIN, "visibility": "visible", "stdout_visibility": "hidden"}


def _summary(report: Report, say: Say) -> Iterator[str]:
    score, max_score = f"{report.score:g}", f"{report.max_score:g}"
    if report.file is not None:
        yield say("read from {file}", file=report.file)
    yield from report.notes
    for task in report.tasks:
        yield f"{task.task}: {task.score:g} / {task.max_score:g}"
        yield from (f"  {misconception.message}" for misconception in task.misconceptions)
    yield say("Score {score} / {max_score}", score=score, max_score=max_score)
    if report.output.strip():
        yield ""
        yield say("Your code printed:")
        yield report.output.rstrip()


def _test(task: TaskReport, test: TestReport, say: Say) -> dict[str, Any]:
    mark = say("  (visible test)") if test.visibility is Visibility.VISIBLE else ""
    told: dict[str, Any] = {
        "name": f"{task.task}: {test.title}{mark}",
        "score": test.score,
        "max_score": test.max_score,
        "output": "\n".join(_findings(test, say)),
        "visibility": "visible",
    }
    if test.verdict is not Verdict.SKIPPED:
        told["status"] = "passed" if test.verdict is Verdict.PASSED else "failed"
    return told


def _findings(test: TestReport, say: Say) -> Iterator[str]:
    if test.message:
        yield test.message
    if test.line is not None:
        yield say("line {line}:  ", line=test.line) + (test.code or "")
    if test.hint is not None:
        yield say("Hint: {hint}", hint=test.hint)
