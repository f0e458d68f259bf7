"""Sets a score by hand, with a reason, and takes it back."""

from __future__ import annotations

import math

from grader.classroom.gradebook.gradebook import Grade
from grader.classroom.results import read_gradebook
from grader.classroom.store.store import Store
from grader.course.course import Course, near_names
from grader.course.roster import normal_id
from grader.errors import UserError
from grader.files.spreadsheet import number
from grader.models import Assignment

__all__ = ["override", "remove_override"]


def override(course: Course, store: Store, student: str, slug: str, score: float, comment: str) -> Grade:
    """Lets a score count whatever was handed in and judged, and returns the grade.

    Args:
        comment: why; the student may read it.

    Raises:
        UserError: if there is no such student or assignment, the score is not within it, or there is no comment.
    """
    assignment = course.assignment(slug)
    if not (math.isfinite(score) and 0 <= score <= assignment.max_score):
        raise UserError(
            f"A score for `{assignment.slug}` is from 0 to {number(assignment.max_score)}, not {number(score)}."
        )
    if not comment.strip():
        raise UserError("A score that is set by hand needs a reason. Pass it with `--comment TEXT`.")
    return _change(course, store, student, assignment, score, comment.strip())


def remove_override(course: Course, store: Store, student: str, slug: str, comment: str = "") -> Grade:
    """Lets the judged score count again, and returns the grade.

    Raises:
        UserError: if there is no such student or assignment, or no score was set by hand.
    """
    assignment = course.assignment(slug)
    if (normal_id(student), assignment.slug) not in store.changes.overrides():
        raise UserError(f"No score of `{student}` for `{assignment.slug}` was set by hand.")
    return _change(course, store, student, assignment, None, comment.strip())


def _change(
    course: Course, store: Store, student: str, assignment: Assignment, score: float | None, comment: str
) -> Grade:
    student = normal_id(student)
    known = [one.id for one in read_gradebook(course, store, [assignment.slug]).students]
    if student not in known:
        advice = near_names(student, known)
        raise UserError(f"There is no student `{student}` in the roster or among the submissions.{advice}")
    store.changes.override(student, assignment.slug, score, comment)
    return read_gradebook(course, store, [assignment.slug]).grade(student, assignment.slug)
