from __future__ import annotations

from pathlib import Path

from grader.course.course import Course
from grader.models import Feedback
from grader.pipeline import Request, plan
from grader.student.attempt import plan_attempt
from grader.submission.intake import read_submission


def test_attempt_in_a_practice_course_has_full_feedback(practice: Course) -> None:
    assert plan_attempt(practice, "toy").assignment.feedback is Feedback.FULL


def test_attempt_in_another_course_has_the_feedback_of_its_assignment(toy: Course, tmp_path: Path) -> None:
    path = tmp_path / "toy.py"
    assert plan_attempt(toy, "toy", path=path).assignment.feedback is Feedback.TERSE
    toml = toy.folder("toy") / "assignment.toml"
    toml.write_text(toml.read_text().replace("[title]", 'feedback = "full"\n[title]', 1))
    assert plan_attempt(toy, "toy", path=path).assignment.feedback is Feedback.FULL


def test_hash_tells_what_was_judged_with_full_feedback(practice: Course) -> None:
    """Reports that say more are not those of the same suite."""
    terse, full = practice.assignment("toy"), plan_attempt(practice, "toy").assignment
    submission = read_submission(practice.exercise(terse), terse)
    jobs = [
        plan(Request(course=practice, assignment=each, tasks=each.tasks, seed=1), submission) for each in (terse, full)
    ]
    assert [job.feedback for job in jobs] == [Feedback.TERSE, Feedback.FULL]
    assert jobs[0].suite.sha256 != jobs[1].suite.sha256
