from __future__ import annotations

from datetime import UTC, datetime

import pytest

from grader.course.course import Course
from grader.errors import UserError
from grader.models import Problem, ProblemKind, Report, TaskReport
from grader.student.hints import first_open_task, show_hint
from grader.student.progress import Mark, Progress, load_progress, progress_path, save_progress, with_report

_NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def make_report(scores: dict[str, float], *, graded: bool = True) -> Report:
    worth = {"double": 60.0, "add_": 40.0}
    return Report(
        assignment="toy",
        student=None,
        graded=graded,
        score=sum(scores.values()) if graded else None,
        max_score=sum(worth[name] for name in scores),
        seed=1,
        sandbox="process",
        device="cpu",
        submission_sha256=None,
        suite_sha256=None,
        image=None,
        duration_s=0.1,
        tasks=tuple(
            TaskReport(task=name, score=score, max_score=worth[name], misconceptions=(), tests=())
            for name, score in scores.items()
        ),
        output="",
        problem=None if graded else Problem(kind=ProblemKind.SANDBOX, message="gone"),
    )


def test_missing_file_is_no_progress_yet(toy: Course) -> None:
    assert load_progress(toy) == Progress()


def test_saved_progress_reads_back(toy: Course) -> None:
    report = make_report({"double": 60, "add_": 20})
    progress = with_report(Progress(), toy.assignment("toy"), report, _NOW)
    save_progress(toy, progress)
    assert load_progress(toy) == progress


def test_best_stays_when_a_later_check_is_worse(toy: Course) -> None:
    assignment = toy.assignment("toy")
    progress = with_report(Progress(), assignment, make_report({"double": 60, "add_": 20}), _NOW)
    progress = with_report(progress, assignment, make_report({"double": 0, "add_": 40}), _NOW)
    known = progress.assignment("toy")
    assert known.best == Mark(score=80, max_score=100)
    assert known.last == Mark(score=40, max_score=100)
    assert known.attempts == 2
    assert known.task("double").best == Mark(score=60, max_score=60)
    assert known.task("add_").best == Mark(score=40, max_score=40)


def test_check_of_one_task_counts_for_the_task_only(toy: Course) -> None:
    progress = with_report(Progress(), toy.assignment("toy"), make_report({"double": 60}), _NOW)
    known = progress.assignment("toy")
    assert known.best is None and known.last is None
    assert known.attempts == 1
    assert known.checked_at == _NOW
    assert known.task("double").best == Mark(score=60, max_score=60)


def test_check_that_was_not_graded_changes_nothing(toy: Course) -> None:
    report = make_report({"double": 0, "add_": 0}, graded=False)
    assert with_report(Progress(), toy.assignment("toy"), report, _NOW) == Progress()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff", b'{"format_version": 2}', b'{"assignments": 3}'],
    ids=["empty", "cut_off", "no_utf8", "newer", "wrong_shape"],
)
def test_broken_file_is_an_error_that_names_it_and_stays(toy: Course, content: bytes) -> None:
    path = progress_path(toy)
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(UserError, match="progress.json") as caught:
        load_progress(toy)
    assert "mv " in str(caught.value)
    assert path.read_bytes() == content


def test_hints_come_one_by_one_and_are_remembered(toy: Course) -> None:
    assignment = toy.assignment("toy")
    first, second, third = (show_hint(toy, assignment, "double") for _ in range(3))
    assert [len(view.hints) for view in (first, second, third)] == [1, 2, 2]
    assert [view.left for view in (first, second, third)] == [1, 0, 0]
    assert not third.is_new
    assert load_progress(toy).assignment("toy").hints_shown == 2


def test_hint_without_a_task_is_for_the_first_open_one(toy: Course) -> None:
    assignment = toy.assignment("toy")
    progress = with_report(Progress(), assignment, make_report({"double": 60, "add_": 0}), _NOW)
    assert first_open_task(assignment, Progress()) == assignment.task("double")
    assert first_open_task(assignment, progress) == assignment.task("add_")


def test_task_without_hints_says_what_to_read_instead(toy: Course) -> None:
    with pytest.raises(UserError, match="learn show toy --task add_"):
        show_hint(toy, toy.assignment("toy"), "add_")
