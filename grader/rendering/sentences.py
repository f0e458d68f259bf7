"""The sentences about a report that its terminal form and its pages share, in either language. Pure."""

from __future__ import annotations

from grader.models import ProblemKind, TaskReport, Verdict
from grader.rendering.findings import Finding
from grader.rendering.phrases import Say

__all__ = ["blame", "not_written_sentence", "remark_sentence", "summary_sentence", "task_state"]


def blame(kind: ProblemKind, say: Say) -> str:
    """Says whose fault it is that there is no score."""
    if kind is ProblemKind.REFUSED:
        return say("The submission was refused.")
    if kind is ProblemKind.SANDBOX:
        return say("Not graded: the sandbox failed. This is not your fault, and it cost no points.")
    return say("Not graded: the grader or its suite failed. This is not your fault, and it cost no points.")


def remark_sentence(message: str, count: int, say: Say) -> str:
    """Says why tests were not run."""
    if count == 1:
        return say("{count} test {remark}", count=count, remark=message)
    return say("{count} tests {remark}", count=count, remark=message)


def summary_sentence(summary: str, finding: Finding, say: Say) -> str:
    """Puts before the first line of a message what the verdict and several titles above it add to it."""
    told = _with_verdict(summary, finding.verdict, say)
    return say("the same for each: {summary}", summary=told) if len(finding.titles) > 1 else told


def _with_verdict(summary: str, verdict: Verdict, say: Say) -> str:
    if verdict is Verdict.TIMEOUT:
        return say("timeout: {message}", message=summary)
    if verdict is Verdict.MEMORY:
        return say("memory: {message}", message=summary)
    return say("crashed: {message}", message=summary) if verdict is Verdict.CRASHED else summary


def not_written_sentence(not_written: tuple[tuple[TaskReport, int | None], ...], say: Say) -> str:
    """Names the tasks that are still as the stub has them."""
    places = [
        say("`{task}` (line {line})", task=task.task, line=line) if line else f"`{task.task}`"
        for task, line in not_written
    ]
    return say("Not written yet: {places}", places=say(", ").join(places))


def task_state(task: TaskReport) -> str:
    """Returns `full`, `part` or `none` for the points earned, `open` if there were none to earn."""
    if task.max_score == 0:
        return "open"
    return "full" if task.score == task.max_score else "part" if task.score else "none"
