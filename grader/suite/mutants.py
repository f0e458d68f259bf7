"""Wrong and right stand-ins for a task: what a suite is proved with.

A *mutant* is a plausible wrong implementation with the misconception behind it; it must lose points in its own task
and nowhere else. It is a few edits of the reference's definition in `mutants/<task>.toml`, or a whole definition in
`mutants/<task>.py`. A *variant* is a right implementation in another style; it must get full marks, and is a whole
definition in `variants/<task>.py`. A *style* is right too: a few edits beside the mutants', which are tried with it
when a misconception is looked for. All are read as text and put in the place of the reference's definition; nothing
here imports them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from grader.course.course import Course
from grader.errors import CourseError
from grader.models import Assignment
from grader.runtime.trusted.edits import definition_of, read_edits
from grader.runtime.trusted.stand_ins import Kind, StandIn, read_stand_ins

__all__ = ["StandIn", "mutant", "stand_in_submission", "stand_ins", "styles", "variant", "with_definitions"]

_Definition = TypeVar("_Definition", bound=Callable[..., object])


def mutant(**misconception: str) -> Callable[[_Definition], _Definition]:
    """Marks a whole wrong function or class.

    Args:
        misconception: by language, one sentence for the student, as in `en="Your sum ..."`.
    """

    def mark(definition: _Definition) -> _Definition:
        return definition

    return mark


def variant(definition: _Definition) -> _Definition:
    """Marks a whole right function or class of another style than the reference."""
    return definition


def stand_ins(course: Course, assignment: Assignment, kind: Kind) -> list[StandIn]:
    """Returns the mutants or the variants of an assignment, in the order of its tasks.

    Raises:
        CourseError: for a file that does not read, has nothing in it, or edits what is not in the reference.
    """
    found: list[StandIn] = []
    for task in assignment.tasks:
        edits = _mistakes(course, assignment, task.name) if kind == "mutant" else []
        definitions = _definitions(course.stand_ins(assignment, task.name, kind), task.name, kind)
        for name in {edit.name for edit in edits} & {definition.name for definition in definitions}:
            raise CourseError(f"`{course.edits(assignment, task.name)}` and the `.py` beside it both have `{name}`.")
        found += edits + definitions
    return found


def styles(course: Course, assignment: Assignment) -> list[StandIn]:
    """Returns what stands beside the mutants of an assignment and is right. Raises as `stand_ins` does."""
    return [
        edited
        for task in assignment.tasks
        for edited in _edits(course, assignment, task.name)
        if edited.misconception is None
    ]


def stand_in_submission(reference: str, stand_in: StandIn) -> str:
    """Returns the reference's text with one definition replaced. Raises as `with_definitions` does."""
    return with_definitions(reference, {stand_in.task: stand_in.source})


def with_definitions(reference: str, sources: Mapping[str, str]) -> str:
    """Returns the reference's text with the definitions of some tasks replaced.

    Args:
        sources: by task, the text that takes the definition's place.

    Raises:
        CourseError: if the reference does not define a task.
    """
    lines = reference.splitlines(keepends=True)
    nodes = {node.name: node for node in ast.parse(reference).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    for task in sources:
        if task not in nodes:
            raise CourseError(f"The reference solution does not define `{task}`.")
    for task in sorted(sources, key=lambda name: -nodes[name].lineno):  # from the end: what is above keeps its lines
        lines[nodes[task].lineno - 1 : nodes[task].end_lineno] = [sources[task], "\n"]
    return "".join(lines)


def _definitions(path: Path, task: str, kind: Kind) -> list[StandIn]:
    if not path.is_file():
        return []
    try:
        return read_stand_ins(path.read_text(encoding="utf-8"), task, kind)
    except ValueError as error:
        raise CourseError(f"`{path}` {error}") from error


def _mistakes(course: Course, assignment: Assignment, task: str) -> list[StandIn]:
    return [edited for edited in _edits(course, assignment, task) if edited.misconception is not None]


def _edits(course: Course, assignment: Assignment, task: str) -> list[StandIn]:
    path, solution = course.edits(assignment, task), course.solution(assignment)
    if not path.is_file():
        return []
    if not solution.is_file():
        raise CourseError(f"`{solution}` is missing: `{path}` says in what mutants differ from it.")
    try:
        definition = definition_of(solution.read_text(encoding="utf-8"), task)
        return read_edits(path.read_text(encoding="utf-8"), task, definition)
    except ValueError as error:
        raise CourseError(f"`{path}` {error}") from error
