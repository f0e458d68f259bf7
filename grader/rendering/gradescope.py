"""A report as Gradescope's `results.json`: what a student reads in the terminal, and nothing that is hidden. Pure.

The format is that of "Output format" in Gradescope's autograder specifications.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.models import Problem, ProblemKind, Report, TaskReport, TestReport, Verdict, Visibility
from grader.rendering.phrases import Say, say_in
from grader.rendering.scores import points
from grader.rendering.sentences import blame

__all__ = ["no_answer", "results_of", "without_score"]

_UNITS = 10_000  # of a point: four decimals, as reports have them
_MAX_NAMES = 20
_NOISE = 1e-6  # of binary fractions
_PLAIN = {"output_format": "text", "test_output_format": "text", "test_name_format": "text"}


def results_of(report: Report) -> dict[str, Any]:
    """Returns the results of a report; of one that was not graded, without any score."""
    language = report.language
    if not report.graded or report.score is None:
        return without_score(report.problem, language)
    say = say_in(language)
    return {
        "score": round(report.score, 4),
        "execution_time": report.duration_s,
        "output": "\n".join(_summary(report, say)),
        **_PLAIN,
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [test for task in report.tasks for test in _tests(task, say)],
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


def no_answer(file_name: str, there: list[str], language: str) -> str:
    """Says that none of the files is an answer, which they are, and which is asked for."""
    say, notebook = say_in(language), f"{file_name.removesuffix('.py')}.ipynb"
    if not there:
        return say("Nothing was handed in. `{file}` or `{notebook}` is asked for.", file=file_name, notebook=notebook)
    names = ", ".join(f"`{name}`" for name in there[:_MAX_NAMES]) + (", ..." if len(there) > _MAX_NAMES else "")
    return say(
        "None of the files is called `{file}` or `{notebook}`, which is asked for. Handed in were: {names}.",
        file=file_name,
        notebook=notebook,
        names=names,
    )


def _summary(report: Report, say: Say) -> Iterator[str]:
    if report.file is not None:
        yield say("read from {file}", file=report.file)
    yield from report.notes
    for task in report.tasks:
        yield f"{task.task}: {points(task.score)} / {points(task.max_score)}"
        yield from (f"  {misconception.message}" for misconception in task.misconceptions)
    yield say("Score {score} / {max_score}", score=points(report.score or 0.0), max_score=points(report.max_score))
    if report.output.strip():
        yield ""
        yield say("Your code printed:")
        yield report.output.rstrip()


def _tests(task: TaskReport, say: Say) -> Iterator[dict[str, Any]]:
    """Yields the tests of a task, whose points give just those of the task, of which each report rounds its own."""
    passed = [test for test in task.tests if test.score > 0]
    others = [test for test in task.tests if test.score <= 0]
    worth = _shares(passed, task.score) | _shares(others, task.max_score - task.score)
    for test in task.tests:
        yield _test(task, test, worth[test.test], say)


def _shares(tests: list[TestReport], total: float) -> dict[str, float]:
    """Shares out points by what the tests are worth, in units of the last decimal: the largest remainders get one."""
    exact = {test.test: test.max_score * _UNITS for test in tests}
    units = {name: int(worth + _NOISE) for name, worth in exact.items()}
    left = max(0, round(total * _UNITS) - sum(units.values()))
    for name in sorted(exact, key=lambda name: units[name] - exact[name])[:left]:
        units[name] += 1
    return {name: count / _UNITS for name, count in units.items()}


def _test(task: TaskReport, test: TestReport, worth: float, say: Say) -> dict[str, Any]:
    mark = say("  (visible test)") if test.visibility is Visibility.VISIBLE else ""
    told: dict[str, Any] = {
        "name": f"{task.task}: {test.title}{mark}",
        "score": worth if test.score > 0 else 0.0,
        "max_score": worth,
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
