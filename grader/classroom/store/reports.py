"""Reads the reports of a whole class into little memory: most tests came to the same for many students."""

from __future__ import annotations

import msgspec

from grader.models import Report, TaskReport, TestReport

__all__ = ["ReportReader"]


class ReportReader:
    """Reads reports, and has those that it reads share the tests, and the whole tasks, that are equal."""

    def __init__(self) -> None:
        self._tests: dict[TestReport, TestReport] = {}
        self._tasks: dict[TaskReport, TaskReport] = {}

    def read(self, content: bytes) -> Report:
        """Returns a report as `Journal.keep` wrote it."""
        report = msgspec.json.decode(content, type=Report)
        return msgspec.structs.replace(report, tasks=tuple(self._shared(task) for task in report.tasks))

    def _shared(self, task: TaskReport) -> TaskReport:
        tests = tuple(self._tests.setdefault(test, test) for test in task.tests)
        return self._tasks.setdefault(task, msgspec.structs.replace(task, tests=tests))
