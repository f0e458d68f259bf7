"""Splits a solution file into what becomes cells of its own: what is given, helpers and tasks. Pure."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from grader.course.stubs import has_regions, regions_of
from grader.errors import CourseError
from grader.models import Assignment
from grader.submission.notebooks.names import names_in

__all__ = ["Part", "PartKind", "split_solution"]

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class PartKind(StrEnum):
    GIVEN = "given"
    HELPERS = "helpers"  # of the solution; students may write their own there
    TASK = "task"


@dataclass(frozen=True, kw_only=True)
class Part:
    """Neighbouring lines of a solution.

    Attributes:
        task: the task's name, of a task.
    """

    kind: PartKind
    source: str
    task: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Block:
    """Lines from `first` to `last`, counted from 1."""

    first: int
    last: int
    kind: PartKind
    task: str | None = None


def split_solution(text: str, assignment: Assignment) -> tuple[Part, ...]:
    """Returns the parts in the order of the file; the solution regions stay in them.

    Raises:
        CourseError: if a task is not there, has no region or needs what comes after it, or if the text does not parse;
            with the line where there is one.
    """
    if not has_regions(text):
        raise CourseError("no region `### BEGIN SOLUTION`: the notebook would give the solution away")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise CourseError(f"line {error.lineno}: the solution is not valid Python: {error.msg}") from error
    lines = io.StringIO(text).readlines()
    parts = tuple(_parts(lines, _blocks(tree, text, assignment)))
    for task in assignment.tasks:
        _check_task(task.name, parts)
    return parts


def _blocks(tree: ast.Module, text: str, assignment: Assignment) -> list[_Block]:
    names = {task.name for task in assignment.tasks}
    regions = list(regions_of(text))
    blocks = [
        _Block(first=region.first, last=region.last, kind=PartKind.HELPERS) for region in regions if not region.indent
    ]
    for node in tree.body:
        if isinstance(node, _DEFINITIONS) and node.name in names:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            last = node.end_lineno or node.lineno  # the end of its last region is a comment, which is in no node
            last = max([last, *(region.last for region in regions if first < region.first <= last)])
            blocks.append(_Block(first=first, last=last, kind=PartKind.TASK, task=node.name))
    blocks.sort(key=lambda block: block.first)
    for before, after in zip(blocks, blocks[1:], strict=False):
        if after.first <= before.last:
            raise CourseError(f"line {after.first}: a region at the left margin must not reach into a task")
    return blocks


def _parts(lines: list[str], blocks: list[_Block]) -> Iterator[Part]:
    done = 0
    lead = ""
    for block in [*blocks, _Block(first=len(lines) + 1, last=len(lines), kind=PartKind.GIVEN)]:
        between = "".join(lines[done : block.first - 1]).strip("\n")
        if between.strip() and ast.parse(between).body:
            has_own = any(True for _ in regions_of(between))
            yield Part(kind=PartKind.HELPERS if has_own else PartKind.GIVEN, source=between.rstrip())
        elif between.strip():  # comments alone belong to what follows
            lead = f"{between.rstrip()}\n"
        source = "".join(lines[block.first - 1 : block.last]).rstrip()
        if source:
            yield Part(kind=block.kind, source=lead + source, task=block.task)
        lead, done = "", block.last


def _check_task(name: str, parts: tuple[Part, ...]) -> None:
    """A cell of tests stands right behind its task, so that all it needs must be there by then."""
    found = [index for index, part in enumerate(parts) if part.task == name]
    if len(found) != 1:
        raise CourseError(f"the task `{name}` must be defined once, as a function or class at the left margin")
    if not any(True for _ in regions_of(parts[found[0]].source)):
        raise CourseError(f"the task `{name}` has no region `### BEGIN SOLUTION`")
    facts = [names_in(part.source, ast.parse(part.source).body) for part in parts]
    waiting, seen = [found[0]], {found[0]}
    while waiting:
        uses = facts[waiting.pop()][1]
        needed = {index for index, (binds, _) in enumerate(facts) if binds & uses} - seen
        late = next((index for index in needed if index > found[0]), None)
        if late is not None:
            missing = sorted(facts[late][0] & uses)[0]
            raise CourseError(f"the task `{name}` needs `{missing}`, which is defined after it: move that up")
        waiting += needed
        seen |= needed
