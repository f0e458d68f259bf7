"""The numbers of a class: a missing score is no zero, and each misconception and test counts once a student."""

from __future__ import annotations

import msgspec
import pytest

from grader.classroom.gradebook.gradebook import Grade, Gradebook, GradeStatus
from grader.course.roster import Student
from grader.models import Misconception, Report, TaskReport, Text, Verdict
from grader.report.summary import Scores, share_of, summarize, total_share
from tests.support.gradebooks import NOON, SUMS, make_gradebook, make_report, make_test_report


def _book(*reports: Report) -> Gradebook:
    """One student for each report, in this order, named by its `student`."""
    grades = tuple(
        Grade(
            student=report.student or "",
            assignment="sums",
            status=GradeStatus.GRADED,
            score=report.score,
            max_score=report.max_score,
            report=report,
        )
        for report in reports
    )
    return Gradebook(
        title=Text(en="A class", zh="一个班"),
        assignments=(SUMS,),
        students=tuple(Student(id=grade.student) for grade in grades),
        grades=grades,
        made_at=NOON,
    )


def _report(student: str, *tests: tuple[str, Verdict, str | None], language: str = "en") -> Report:
    """A report with one task, whose misconception is told in its language."""
    made = tuple(
        msgspec.structs.replace(
            make_test_report(f"test_add.py::{name}", verdict, 0.0, 1.0), kind=kind, title=f"{language} title"
        )
        for name, verdict, kind in tests
    )
    found = Misconception(mutant="m", message=f"{language} message")
    task = TaskReport(task="add", score=0.0, max_score=60.0, misconceptions=(found,), tests=made)
    return msgspec.structs.replace(make_report(student, SUMS, (task,)), language=language)


_WRONG = ("test_random", Verdict.FAILED, "values")
_RIGHT = ("test_random", Verdict.PASSED, None)


def test_summary_counts_each_status_apart() -> None:
    summary = summarize(make_gradebook())
    sums, long_sums = summary.assignments

    assert [summary.counts[status] for status in GradeStatus] == [4, 1, 1, 4]
    assert [sums.counts[status] for status in GradeStatus] == [3, 1, 0, 1]
    assert [long_sums.counts[status] for status in GradeStatus] == [1, 0, 1, 3]
    assert (summary.late, summary.overridden, sums.late, sums.overridden) == (1, 1, 1, 1)


def test_mean_and_median_leave_out_whoever_has_no_score() -> None:
    summary = summarize(make_gradebook())

    assert summary.assignments[0].scores.mean == pytest.approx((1 + 0.48 + 0.755) / 3)
    assert summary.assignments[0].scores.median == 0.755
    assert summary.assignments[1].scores.mean == 1.0
    assert summary.totals.shares == (1.0, 0.48, 0.755)


def test_scores_of_nobody_have_no_mean() -> None:
    nobody = Scores(shares=())

    assert (nobody.mean, nobody.median, nobody.bins) == (None, None, (0,) * 10)


def test_bins_take_full_marks_and_what_lies_beyond_into_the_last() -> None:
    assert Scores(shares=(0.0, 0.1, 0.3, 0.999, 1.0, 1.2, -0.1)).bins == (2, 1, 0, 1, 0, 0, 0, 0, 0, 3)


def test_share_needs_a_score_and_points_to_earn() -> None:
    assert (share_of(None, 10.0), share_of(0.0, 0.0), share_of(5.0, 10.0)) == (None, None, 0.5)


def test_total_is_of_what_has_a_score() -> None:
    grades = [grade for grade in make_gradebook().grades if grade.student in ("bob", "dan")]

    assert total_share(grades) == 0.48
    assert total_share(grade for grade in grades if grade.student == "dan") is None


def test_misconception_counts_its_students_in_the_order_of_the_class_and_is_told_in_english() -> None:
    reports = (_report("zoe", _WRONG, language="zh"), _report("ada", _WRONG))
    (found,) = summarize(_book(*reports)).misconceptions

    assert (found.assignment, found.task, found.message) == ("sums", "add", "en message")
    assert found.students == ("zoe", "ada")


def test_misconceptions_begin_with_the_most_common() -> None:
    rare = _report("dan", _WRONG)
    other = Misconception(mutant="a", message="another")
    rare = msgspec.structs.replace(rare, tasks=(msgspec.structs.replace(rare.tasks[0], misconceptions=(other,)),))
    found = summarize(_book(rare, _report("ada", _WRONG), _report("bob", _WRONG))).misconceptions

    assert [len(one.students) for one in found] == [2, 1]


def test_failing_test_counts_a_student_once_whatever_its_parameters() -> None:
    twice = _report("ada", ("test_random[1]", Verdict.FAILED, "values"), ("test_random[2]", Verdict.TIMEOUT, "timeout"))
    once = _report("bob", ("test_random[1]", Verdict.PASSED, None), ("test_random[2]", Verdict.FAILED, "values"))
    right = _report("dan", ("test_random[1]", Verdict.PASSED, None), ("test_random[2]", Verdict.PASSED, None))
    (found,) = summarize(_book(twice, once, right)).failing_tests

    assert (found.failing, found.judged) == (2, 3)
    assert found.share == pytest.approx(2 / 3)
    assert dict(found.kinds) == {"values": 2, "timeout": 1}


def test_failing_test_is_of_those_on_whose_code_it_ran() -> None:
    skipped = _report("bob", ("test_random", Verdict.SKIPPED, None))
    not_run = _report("dan", ("test_random", Verdict.NOT_RUN, None))
    (found,) = summarize(_book(_report("ada", _WRONG), skipped, not_run, _report("zoe", _RIGHT))).failing_tests

    assert (found.failing, found.judged) == (1, 2)


def test_what_is_not_written_or_does_not_read_is_counted_apart() -> None:
    stub = _report("bob", ("test_random", Verdict.ERROR, "not_implemented"))
    broken = _report("dan", ("test_random", Verdict.ERROR, "syntax"))
    summary = summarize(_book(_report("ada", _WRONG), stub, broken))

    assert (summary.not_written, summary.unreadable) == (1, 1)
    assert [(test.failing, test.judged) for test in summary.failing_tests] == [(1, 1)]


def test_tests_that_nobody_fails_are_not_listed() -> None:
    assert summarize(_book(_report("ada", _RIGHT))).failing_tests == ()
