"""Sorts a report's tests into what a person reads: each thing that is wrong once, however many tests found it. Pure.

Visible and hidden tests that found the same stay apart, so that each title says truly which kind of test it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from grader.models import Report, TaskReport, TestReport, Verdict, Visibility
from grader.rendering.phrases import Say, say_in

__all__ = ["NOT_WRITTEN", "OF_THE_FILE", "Finding", "Overview", "Section", "is_failing", "survey"]

OF_THE_FILE = {"syntax", "import"}
"""Kinds of what hits the whole file."""

_OF_THE_TASK = {"missing", "not_implemented", "signature", "forbidden"}
NOT_WRITTEN = "not_implemented"
"""The kind of what is still as the stub has it."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, and the tests that found it.

    Attributes:
        is_visible: whether all of them are visible tests; where there are titles, all of them are or none is.
        tests: how many tests found it.
        titles: theirs, without repetition; empty where they add nothing (a syntax error, a missing function).
    """

    verdict: Verdict
    kind: str | None
    message: str
    line: int | None
    code: str | None
    is_visible: bool
    tests: int
    titles: tuple[str, ...]
    hints: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """What is wrong in one task.

    Attributes:
        remarks: why tests were not run or skipped, with how many.
    """

    task: TaskReport
    findings: tuple[Finding, ...]
    remarks: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A report as a person reads it.

    Attributes:
        shared: what hits the whole file or several tasks alike.
        sections: the tasks with something wrong of their own.
        not_written: tasks that are still as the stub has them, with the line.
    """

    shared: tuple[Finding, ...]
    sections: tuple[Section, ...]
    not_written: tuple[tuple[TaskReport, int | None], ...]


def survey(report: Report) -> Overview:
    """Returns what is wrong, shared findings first, in the language of the report."""
    say = say_in(report.language)
    failing = [test for task in report.tasks for test in task.tests if is_failing(test)]
    hits: dict[tuple[object, ...], set[str]] = {}
    for task in report.tasks:
        for test in task.tests:
            hits.setdefault(_key(test), set()).add(task.task)
    shared = [test for test in failing if _is_shared(test, len(hits[_key(test)]))]
    keys = {_key(test) for test in shared}
    sections, not_written = [], []
    for task in report.tasks:
        own = [test for test in task.tests if is_failing(test) and _key(test) not in keys]
        if own and all(test.kind == NOT_WRITTEN for test in own):
            not_written.append((task, own[0].line))
        elif own or (not keys and _remarks(task, say)):
            sections.append(Section(task=task, findings=_group(own, say), remarks=_remarks(task, say)))
    return Overview(shared=_group(shared, say), sections=tuple(sections), not_written=tuple(not_written))


def is_failing(test: TestReport) -> bool:
    """Whether it ran and did not pass."""
    return test.verdict not in (Verdict.PASSED, Verdict.SKIPPED, Verdict.NOT_RUN)


def _is_shared(test: TestReport, tasks_hit: int) -> bool:
    return test.kind in OF_THE_FILE or (test.kind in _OF_THE_TASK and tasks_hit > 1)


def _key(test: TestReport) -> tuple[object, ...]:
    return (test.verdict, test.kind, test.message, test.line)


def _says_it_all(test: TestReport) -> bool:
    """Whether what is wrong is the same whatever a test asks, so that titles would add nothing."""
    return test.kind in OF_THE_FILE | _OF_THE_TASK


def _group(tests: Iterable[TestReport], say: Say) -> tuple[Finding, ...]:
    groups: dict[tuple[object, ...], list[TestReport]] = {}
    for test in tests:
        groups.setdefault((_key(test), None if _says_it_all(test) else test.visibility), []).append(test)
    return tuple(_finding(group, say) for group in groups.values())


def _finding(group: list[TestReport], say: Say) -> Finding:
    first = group[0]
    return Finding(
        verdict=first.verdict,
        kind=first.kind,
        message=first.message,
        line=first.line,
        code=first.code,
        is_visible=all(test.visibility is Visibility.VISIBLE for test in group),
        tests=len(group),
        titles=() if _says_it_all(first) else _titles(group, say),
        hints=tuple(dict.fromkeys(test.hint for test in group if test.hint)),
    )


def _titles(group: list[TestReport], say: Say) -> tuple[str, ...]:
    """Returns the titles once each; cases of one parametrised test are counted."""
    return tuple(
        say("{title} ({count} cases)", title=title, count=count) if count > 1 else title
        for title, count in _counted_titles(group)
    )


def _counted_titles(group: list[TestReport]) -> list[tuple[str, int]]:
    return list(Counter(test.title for test in group).items())


def _remarks(task: TaskReport, say: Say) -> tuple[tuple[str, int], ...]:
    """Returns why tests did not run; no result at all is ours and says so."""
    messages = Counter(
        test.message or say("not run: no result came")
        for test in task.tests
        if test.verdict in (Verdict.NOT_RUN, Verdict.SKIPPED)
    )
    return tuple(messages.items())
