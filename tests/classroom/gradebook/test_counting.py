"""The order of attempts is that of their times, and one that writes nothing never counts over one that does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from grader.classroom.gradebook.gradebook import Gradebook
from grader.classroom.gradebook.grades import make_gradebook
from grader.classroom.store.records import AttemptRecord
from grader.course.roster import AttemptRule, ClassRules, Student
from grader.models import TaskReport, Text, Verdict
from grader.submission.times import Evidence
from tests.support.factories import make_assignment, make_task
from tests.support.gradebooks import make_report, make_test_report

_NOON = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
_SUMS = make_assignment(make_task(points=10.0))
_ADA = ClassRules(students=(Student(id="ada"),))


def _attempt(number: int, hours: float, kind: str | None = None, **changes: Any) -> AttemptRecord:
    """An attempt with as many points as its number says; with none and one failing test of a kind, if there is one."""
    test = make_test_report("test_add.py::test_sum", Verdict.ERROR if kind else Verdict.PASSED, 0.0, 10.0)
    task = TaskReport(
        task="add", score=0.0, max_score=10.0, misconceptions=(), tests=(msgspec.structs.replace(test, kind=kind),)
    )
    report = msgspec.structs.replace(make_report("ada", _SUMS, (task,)), score=0.0 if kind else float(number))
    facts = {
        "student": "ada",
        "assignment": "sums",
        "number": number,
        "submitted_at": _NOON + timedelta(hours=hours),
        "seen_at": "1",
        "path": "ada/sums.py",
        "submission_sha256": f"{number}",
        "refusal": None,
        "report": report,
    }
    return AttemptRecord(**{**facts, **changes})


def _book(*attempts: AttemptRecord, rules: ClassRules = _ADA) -> Gradebook:
    return make_gradebook(Text(en="A class"), (_SUMS,), rules, attempts, {}, (), _NOON)


def _counts(*attempts: AttemptRecord, rules: ClassRules = _ADA) -> int | None:
    return _book(*attempts, rules=rules).grade("ada", "sums").attempt


def test_last_attempt_is_that_of_the_last_time_whatever_its_number() -> None:
    assert _counts(_attempt(1, hours=5), _attempt(2, hours=1)) == 1


def test_receipts_follow_each_other_by_number_whatever_a_clock_said() -> None:
    by_receipt = {"evidence": Evidence.RECEIPT}
    assert _counts(_attempt(1, hours=5, **by_receipt), _attempt(2, hours=1, **by_receipt)) == 2


def test_of_equal_times_what_lies_nearest_to_the_students_folder_counts() -> None:
    assert _counts(_attempt(1, hours=0), _attempt(2, hours=0, path="ada/old/sums.py")) == 1
    assert _counts(_attempt(1, hours=0), _attempt(2, hours=0)) == 2


@pytest.mark.parametrize("kind", ["missing", "not_implemented", "syntax"])
def test_attempt_that_writes_nothing_does_not_count_over_one_that_does(kind: str) -> None:
    book = _book(_attempt(1, hours=0), _attempt(2, hours=1, kind=kind))
    assert book.grade("ada", "sums").attempt == 1
    assert [remark.message for remark in book.remarks] == ["attempt 2 at `sums` writes no task, so attempt 1 counts"]


@pytest.mark.parametrize("kind", ["values", "exception", "import"])
def test_attempt_that_is_only_wrong_counts(kind: str) -> None:
    book = _book(_attempt(1, hours=0), _attempt(2, hours=1, kind=kind))
    assert (book.grade("ada", "sums").attempt, book.remarks) == (2, ())


def test_attempt_with_a_receipt_counts_even_if_it_writes_nothing() -> None:
    assert _counts(_attempt(1, hours=0), _attempt(2, hours=1, kind="missing", evidence=Evidence.RECEIPT)) == 2


def test_of_attempts_that_write_nothing_the_last_counts() -> None:
    assert _counts(_attempt(1, hours=0, kind="missing"), _attempt(2, hours=1, kind="not_implemented")) == 2


def test_best_attempt_is_the_best_whatever_was_written() -> None:
    rules = msgspec.structs.replace(_ADA, attempts=AttemptRule.BEST)
    assert _counts(_attempt(2, hours=0), _attempt(1, hours=1), rules=rules) == 2


def test_report_names_the_file_and_says_the_notes_in_its_own_language() -> None:
    notes = (Text(en="Read as Python source.", zh="按源代码读取。"),)
    attempt = _attempt(1, hours=0, file="sums.py.txt", notes=notes)
    assert attempt.report is not None
    attempt = msgspec.structs.replace(attempt, report=msgspec.structs.replace(attempt.report, language="zh"))
    report = _book(attempt).grade("ada", "sums").report
    assert report is not None and (report.file, report.notes) == ("sums.py.txt", ("按源代码读取。",))


def test_refusal_has_the_file_and_the_notes_too() -> None:
    notes = (Text(en="Read as Python source.", zh="按源代码读取。"),)
    refused: dict[str, Any] = {"refusal": "It is not UTF-8.", "report": None, "file": "sums.txt", "notes": notes}
    report = _book(_attempt(1, hours=0, **refused)).grade("ada", "sums").report
    assert report is not None and (report.file, report.notes) == ("sums.txt", ("Read as Python source.",))


# Whom the class does not have.


def _of(student: str, seen_at: str, **changes: Any) -> AttemptRecord:
    return _attempt(1, hours=0, student=student, seen_at=seen_at, **changes)


def test_old_name_of_a_renamed_folder_is_not_in_the_gradebook_and_said() -> None:
    book = _book(_of("ada_", "1"), _of("ada", "2"), _of("eve", "2"))
    assert [student.id for student in book.students] == ["ada", "eve"]
    (remark,) = book.remarks
    assert remark.student == "ada_" and "Its attempts stay in the store" in remark.message


def test_whoever_was_in_the_last_folder_of_any_assignment_stays() -> None:
    other = msgspec.structs.replace(_SUMS, slug="long-sums")
    attempts = [_of("eve", "1"), _of("ada", "2", assignment="long-sums")]
    book = make_gradebook(Text(en="A class"), (_SUMS, other), _ADA, attempts, {}, (), _NOON)
    assert [student.id for student in book.students] == ["ada", "eve"]


def test_student_of_the_roster_stays_whatever_was_last_graded() -> None:
    assert [student.id for student in _book(_of("ada", "1"), _of("bob", "2")).students] == ["ada", "bob"]


def test_without_a_roster_the_old_name_stays_and_it_is_said_how_it_goes() -> None:
    book = _book(_of("ada_", "1"), _of("ada", "2"), _of("eve", "1", submission_sha256="e"), rules=ClassRules())
    assert [student.id for student in book.students] == ["ada", "ada_", "eve"]
    (remark,) = book.remarks
    assert remark.student == "ada_" and "students in `course.toml`" in remark.message
