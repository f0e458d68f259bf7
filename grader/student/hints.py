"""Hints, one more at each request. They cost no points; how many were shown is kept with the progress."""

from __future__ import annotations

from dataclasses import dataclass

from grader.course.course import Course, near_task
from grader.errors import UserError
from grader.models import Assignment, Task, Text
from grader.student.progress import Progress, load_progress, save_progress, with_hint_shown

__all__ = ["HintView", "first_open_task", "show_hint"]


@dataclass(frozen=True, kw_only=True)
class HintView:
    """The hints of a task that a student has seen, the newest last.

    Attributes:
        left: how many more there are.
        is_new: whether the last one was not shown before.
    """

    slug: str
    task: str
    hints: tuple[Text, ...]
    left: int
    is_new: bool


def show_hint(course: Course, assignment: Assignment, task_name: str | None) -> HintView:
    """Reveals the next hint of a task and remembers that it was shown.

    Args:
        task_name: by default the first task without full marks.

    Raises:
        UserError: if there is no such task, it has no hints, or the progress cannot be read or saved.
    """
    progress = load_progress(course)
    task = near_task(assignment, task_name) if task_name is not None else first_open_task(assignment, progress)
    if task is None:
        raise UserError(f"Every task of `{assignment.slug}` has full marks. Name the task whose hints you want to see.")
    if not task.hints:
        raise UserError(f"`{task.name}` has no hints. `learn show {assignment.slug} --task {task.name}` explains it.")
    shown = progress.assignment(assignment.slug).task(task.name).hints_shown
    count = min(shown + 1, len(task.hints))
    if count != shown:
        save_progress(course, with_hint_shown(progress, assignment.slug, task.name, count))
    return HintView(
        slug=assignment.slug,
        task=task.name,
        hints=task.hints[:count],
        left=len(task.hints) - count,
        is_new=count > shown,
    )


def first_open_task(assignment: Assignment, progress: Progress) -> Task | None:
    """Returns the first task without full marks so far, or None."""
    known = progress.assignment(assignment.slug)
    for task in assignment.tasks:
        best = known.task(task.name).best
        if best is None or not best.is_full:
            return task
    return None
