"""The solutions of a practice course, each of them once its task has full marks.

What was reached is reached: a task stays open when its exercise is changed or reset, since who has solved it once knows
an answer. The progress file says so, and it is the student's own: this is an order to learn in, not a lock.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.course.course import Course, near_task
from grader.course.stubs import without_markers
from grader.errors import CourseError, UserError
from grader.models import Assignment, Task
from grader.runtime.trusted.edits import definition_of
from grader.student.progress import Mark, load_progress
from grader.suite.mutants import StandIn, stand_ins

__all__ = ["LockedTask", "Solution", "SolutionView", "show_solutions"]


@dataclass(frozen=True, kw_only=True)
class Solution:
    """The right answers to a task.

    Attributes:
        helpers: what they need of the reference beside the task, each a definition.
        reference: the task's definition, without the docstring that the exercise has too.
        variants: right definitions in other styles.
    """

    task: str
    helpers: tuple[str, ...]
    reference: str
    variants: tuple[StandIn, ...]


@dataclass(frozen=True, kw_only=True)
class LockedTask:
    """A task without full marks.

    Attributes:
        best: None before its first check.
    """

    task: str
    best: Mark | None
    has_hints: bool


@dataclass(frozen=True, kw_only=True)
class SolutionView:
    """What of an assignment's solutions may be seen, in the order of its tasks, and what not yet."""

    slug: str
    solutions: tuple[Solution, ...]
    locked: tuple[LockedTask, ...]


def show_solutions(course: Course, assignment: Assignment, task_name: str | None = None) -> SolutionView:
    """Returns the solutions of the tasks that had full marks in a check of the student's own exercise.

    Args:
        task_name: the only task to show; by default all.

    Raises:
        UserError: if it is no practice course, there is no such task, or the progress or a solution does not read.
    """
    if course.is_authored:
        raise UserError(
            f"`{course.root}` is no practice course, and solutions are no part of what it shows. Where `learn init` "
            "made the course, `learn show SLUG --solutions` shows them after full marks."
        )
    tasks = assignment.tasks if task_name is None else (near_task(assignment, task_name),)
    marks = load_progress(course).assignment(assignment.slug)
    best = {task.name: marks.task(task.name).best for task in tasks}
    reached = [task for task in tasks if (mark := best[task.name]) is not None and mark.is_full]
    return SolutionView(
        slug=assignment.slug,
        solutions=tuple(_solutions(course, assignment, reached)),
        locked=tuple(
            LockedTask(task=task.name, best=best[task.name], has_hints=bool(task.hints))
            for task in tasks
            if task not in reached
        ),
    )


def _solutions(course: Course, assignment: Assignment, tasks: list[Task]) -> Iterator[Solution]:
    path = course.solution(assignment)
    if not path.is_file():
        raise CourseError(f"`{path}` is missing.")
    text = without_markers(path.read_text(encoding="utf-8"))
    variants = stand_ins(course, assignment, "variant") if tasks else []
    names = {task.name for task in assignment.tasks}
    for task in tasks:
        own = tuple(variant for variant in variants if variant.task == task.name)
        try:
            reference = definition_of(text, task.name)
        except ValueError as error:
            raise CourseError(f"`{path}`: {error}.") from error
        helpers = _helpers(text, [reference, *(variant.source for variant in own)], names)
        yield Solution(task=task.name, helpers=helpers, reference=reference, variants=own)


def _helpers(text: str, sources: Iterable[str], tasks: set[str]) -> tuple[str, ...]:
    """Returns what of a file some definitions use, and what that uses; never another task, nor imports."""
    definitions = {
        name: ast.get_source_segment(text, node) or ""
        for node in ast.parse(text).body
        for name in _defined_by(node)
        if name not in tasks
    }
    needed: set[str] = set()
    waiting = list(sources)
    while waiting:
        used = {node.id for node in ast.walk(ast.parse(waiting.pop())) if isinstance(node, ast.Name)}
        new = (used & definitions.keys()) - needed
        needed |= new
        waiting += [definitions[name] for name in new]
    return tuple(dict.fromkeys(definition for name, definition in definitions.items() if name in needed))


def _defined_by(node: ast.stmt) -> Iterator[str]:
    """Yields the names of a function, a class or constants."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        yield from (
            name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
        )
