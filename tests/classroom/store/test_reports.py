"""Reports of a class come back as they were kept, and hold once what is equal in many."""

from __future__ import annotations

import msgspec

from grader.classroom.store.reports import ReportReader
from grader.models import Report, TaskReport, Verdict
from grader.pipeline import with_reading
from tests.support.gradebooks import make_test_report
from tests.support.store import make_key, make_report_for


def _report(*messages: str) -> Report:
    tests = [make_test_report(f"test_{number}", Verdict.PASSED, 1.0, 1.0, text) for number, text in enumerate(messages)]
    task = TaskReport(task="add", score=1.0, max_score=1.0, misconceptions=(), tests=tuple(tests))
    return make_report_for(make_key(), tasks=(task,))


def test_report_is_read_as_it_was_written() -> None:
    report = _report("", "one too many")
    assert ReportReader().read(msgspec.json.encode(report)) == report


def test_reports_share_equal_tasks_and_of_other_tasks_the_equal_tests() -> None:
    reader = ReportReader()
    first, same, other = (
        reader.read(msgspec.json.encode(_report(*messages))).tasks[0]
        for messages in (("", "one too many"), ("", "one too many"), ("", "two too many"))
    )
    assert first is same
    assert first.tests[0] is other.tests[0]
    assert first.tests[1] != other.tests[1]


def test_task_that_names_no_file_is_shared_by_whatever_was_read_from_any() -> None:
    """The file is named in each report of a gradebook."""
    report = ReportReader().read(msgspec.json.encode(_report("", "one too many")))
    assert with_reading(report, "my file.py", ()).tasks[0] is report.tasks[0]
