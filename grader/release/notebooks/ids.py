"""The names by which nbgrader knows an assignment's notebook and its cells. They must never change."""

from __future__ import annotations

from grader.models import Assignment

__all__ = ["notebook_name", "points_id", "solution_id"]


def notebook_name(assignment: Assignment) -> str:
    """Returns the notebook's name without its suffix."""
    return assignment.file_name.removesuffix(".py")


def solution_id(task: str) -> str:
    """Returns the id of the cell that a student fills in."""
    return f"solution-{task}"


def points_id(task: str) -> str:
    """Returns the id of the cell that holds a task's points."""
    return f"test-{task}"
