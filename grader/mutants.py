"""Wrong and right stand-ins for a task: what a suite is proved with.

A *mutant* is a plausible wrong implementation with the misconception behind it; it must lose points in its own task
and nowhere else. A *variant* is a right implementation in another style; it must get full marks. Both are whole
definitions in `mutants/<task>.py` and `variants/<task>.py` beside the suite. They are read as text and put in the
place of the reference's definition; nothing here imports them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from grader.course import Course
from grader.errors import CourseError
from grader.models import Assignment, Text

__all__ = ["StandIn", "mutant", "stand_in_submission", "stand_ins", "variant"]

_Definition = TypeVar("_Definition", bound=Callable[..., object])
Kind = Literal["mutant", "variant"]


def mutant(*, en: str, zh: str) -> Callable[[_Definition], _Definition]:
    """Marks a whole wrong function or class, with its misconception in one sentence for the student."""

    def mark(definition: _Definition) -> _Definition:
        return definition

    return mark


def variant(definition: _Definition) -> _Definition:
    """Marks a whole right function or class of another style than the reference."""
    return definition


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """One definition that can take a task's place.

    Attributes:
        source: the definition's text, under the task's own name.
        misconception: of a mutant; None for a variant.
    """

    task: str
    name: str
    source: str
    misconception: Text | None


def stand_ins(course: Course, assignment: Assignment, kind: Kind) -> list[StandIn]:
    """Returns the mutants or the variants of an assignment, in the order of its tasks.

    Raises:
        CourseError: for a file that is no Python or marks nothing.
    """
    folder = course.folder(assignment.slug) / f"{kind}s"
    found: list[StandIn] = []
    for task in assignment.tasks:
        path = folder / f"{task.name}.py"
        if path.is_file():
            found += _read(path, task.name, kind)
    return found


def stand_in_submission(reference: str, stand_in: StandIn) -> str:
    """Returns the reference's text with one definition replaced.

    Raises:
        CourseError: if the reference does not define the task.
    """
    lines = reference.splitlines(keepends=True)
    for node in ast.parse(reference).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == stand_in.task:
            return "".join([*lines[: node.lineno - 1], stand_in.source, "\n", *lines[node.end_lineno :]])
    raise CourseError(f"The reference solution does not define `{stand_in.task}`.")


def _read(path: Path, task: str, kind: Kind) -> list[StandIn]:
    text = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise CourseError(f"`{path}` is no valid Python: {error}.") from error
    found = []
    for node in tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            continue
        marks = [mark for mark in node.decorator_list if _name_of(mark) == kind]
        if marks:
            source = _renamed(text, node, task)
            misconception = _text_of(marks[0], path) if kind == "mutant" else None
            found.append(StandIn(task=task, name=node.name, source=source, misconception=misconception))
    if not found:
        raise CourseError(f"`{path}` marks no definition with `@{kind}`.")
    return found


def _name_of(mark: ast.expr) -> str:
    target = mark.func if isinstance(mark, ast.Call) else mark
    return target.id if isinstance(target, ast.Name) else ""


def _renamed(text: str, node: ast.FunctionDef | ast.ClassDef, task: str) -> str:
    """Returns a definition without its decorators, under the task's name wherever it names itself."""
    source = "".join(text.splitlines(keepends=True)[node.lineno - 1 : node.end_lineno])
    return re.sub(rf"\b{re.escape(node.name)}\b", task, source)


def _text_of(mark: ast.expr, path: Path) -> Text:
    given = {word.arg: word.value for word in mark.keywords} if isinstance(mark, ast.Call) else {}
    texts = {language: value.value for language, value in given.items() if isinstance(value, ast.Constant)}
    if set(texts) != {"en", "zh"}:
        raise CourseError(f"`{path}`, line {mark.lineno}: `@mutant` needs `en` and `zh`, both plain strings.")
    return Text(en=str(texts["en"]), zh=str(texts["zh"]))
