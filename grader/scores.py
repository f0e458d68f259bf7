"""From test results to points. Pure: an answer in, task reports out, and nothing passes by default."""

from __future__ import annotations

import io

from grader.language import in_language
from grader.models import (
    Answer,
    Misconception,
    Mutant,
    Submission,
    Task,
    TaskReport,
    TestReport,
    TestResult,
    TestSpec,
    Verdict,
)

__all__ = ["score_tasks"]

_DECIMALS = 4
_MAX_MESSAGE_CHARS = 4_000
_MAX_CODE_CHARS = 200  # a line may be as long as a file, and stand in the report of every test


def score_tasks(
    tasks: tuple[Task, ...],
    answer: Answer,
    submission: Submission,
    language: str,
) -> tuple[TaskReport, ...]:
    """Returns each task with its points.

    A task's points are shared among its tests by weight. A test whose result is missing or given twice did not run. A
    skipped test leaves the total; a task all of whose tests were skipped is worth nothing either way.

    Args:
        language: of titles, messages, hints and misconceptions.

    Raises:
        ValueError: if a task has no test at all: it could not have been judged.
    """
    text = submission.source.decode("utf-8", "replace")
    lines = list(io.StringIO(text, newline=None))  # as Python counts them: `splitlines` also ends one at a form feed
    results = _unique_results(answer)
    return tuple(
        _score_task(task, _specs_of(task, answer), results, lines, answer.misconceptions.get(task.name, ()), language)
        for task in tasks
    )


def _specs_of(task: Task, answer: Answer) -> list[TestSpec]:
    specs = [spec for spec in answer.tests if spec.task == task.name]
    if not specs:
        raise ValueError(f"no test judges the task `{task.name}`")
    return specs


def _unique_results(answer: Answer) -> dict[str, TestResult]:
    results: dict[str, TestResult] = {}
    for result in answer.results:
        is_first = result.test not in results
        results[result.test] = result if is_first else TestResult(test=result.test, verdict=Verdict.NOT_RUN)
    return results


def _score_task(
    task: Task,
    specs: list[TestSpec],
    results: dict[str, TestResult],
    lines: list[str],
    mutants: tuple[Mutant, ...],
    language: str,
) -> TaskReport:
    given = [results.get(spec.test) or TestResult(test=spec.test, verdict=Verdict.NOT_RUN) for spec in specs]
    counted = sum(spec.weight for spec, result in zip(specs, given, strict=True) if result.verdict != Verdict.SKIPPED)
    reports = tuple(
        _report_test(spec, result, task.points / counted if counted else 0.0, lines, language)
        for spec, result in zip(specs, given, strict=True)
    )
    return TaskReport(
        task=task.name,
        score=_sum_points([report.score for report in reports]),
        max_score=_sum_points([report.max_score for report in reports]),
        misconceptions=tuple(_told(mutant, language) for mutant in mutants),
        tests=reports,
    )


def _told(mutant: Mutant, language: str) -> Misconception:
    return Misconception(mutant=mutant.name, message=in_language(mutant.misconception, language))


def _report_test(
    spec: TestSpec, result: TestResult, points_a_weight: float, lines: list[str], language: str
) -> TestReport:
    worth = 0.0 if result.verdict is Verdict.SKIPPED else spec.weight * points_a_weight
    has_line = result.line is not None and 0 < result.line <= len(lines)
    is_hint_wanted = result.verdict is not Verdict.PASSED
    return TestReport(
        test=spec.test,
        title=in_language(spec.title, language),
        visibility=spec.visibility,
        verdict=result.verdict,
        score=worth if result.verdict is Verdict.PASSED else 0.0,
        max_score=worth,
        kind=result.kind,
        message=_clipped(in_language(result.message, language), _MAX_MESSAGE_CHARS),
        line=result.line if has_line else None,
        code=_clipped(lines[result.line - 1].strip(), _MAX_CODE_CHARS) if has_line and result.line else None,
        hint=in_language(spec.hint, language) if is_hint_wanted and spec.hint is not None else None,
    )


def _clipped(text: str, max_chars: int) -> str:
    return text if len(text) <= max_chars else f"{text[:max_chars]} ..."


def _sum_points(points: list[float]) -> float:
    """Rounds away what binary fractions add, so that full marks are exactly full marks."""
    return round(sum(points), _DECIMALS)
