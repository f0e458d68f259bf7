"""The mechanical mutants that an author lists as equivalent: they do what the reference does, so no test can find them.

    [[equivalent]]
    task = "standardize"
    from = "square = x.reshape(-1)"
    to = "square = x.view(-1)"
    reason = "x is contiguous here: arange made it."

The list stands in `mutants/equivalent.toml`. It judges nobody, and is no part of what a suite's hash is made of.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Annotated

import msgspec

from grader.course.course import Course, near_names
from grader.errors import CourseError
from grader.models import Assignment

__all__ = ["FILE_NAME", "Equivalent", "block_of", "listed_equivalents"]

FILE_NAME = "equivalent.toml"
_Text = Annotated[str, msgspec.Meta(pattern=r"\S")]


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of the list.

    Attributes:
        before: the changed statement, as Python writes it; of a compound one its header.
        after: the same statement afterwards; empty where it was dropped.
        reason: why no test can tell the two apart.
    """

    task: str
    before: _Text = msgspec.field(name="from")
    after: str = msgspec.field(name="to")
    reason: _Text

    @property
    def key(self) -> tuple[str, str, str]:
        """Is that of the mechanical mutant, whatever the quotes and the blanks of the entry."""
        return self.task, _spelled(self.before), _spelled(self.after)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    equivalent: tuple[Equivalent, ...] = ()


def listed_equivalents(course: Course, assignment: Assignment) -> tuple[Equivalent, ...]:
    """Returns what is listed for an assignment; nothing if there is no list.

    Raises:
        CourseError: for a list that does not read, names a task that is not there, has an entry twice, or stands where
            a task's own mutants are.
    """
    path = course.folder(assignment.slug) / "mutants" / FILE_NAME
    if not path.is_file():
        return ()
    for task in assignment.tasks:
        if course.edits(assignment, task.name).name.lower() == FILE_NAME:
            raise CourseError(f"`{path}` is the list of equivalent mutants: give the task `{task.name}` another name.")
    found = _read(path)
    names = [task.name for task in assignment.tasks]
    for number, entry in enumerate(found, 1):
        if entry.task not in names:
            advice = near_names(entry.task, names)
            raise CourseError(f"`{path}`: entry {number} names the task `{entry.task}`, which is not there.{advice}")
        if entry.key in {other.key for other in found[: number - 1]}:
            raise CourseError(f"`{path}`: entry {number} is there before: `{entry.before}`. Drop one of the two.")
    return found


def block_of(task: str, before: str, after: str) -> str:
    """Returns an entry as it stands in the list, with the reason left to write."""
    values = {"task": task, "from": before, "to": after, "reason": "..."}
    # JSON's texts are TOML's as well, but for one character that no statement holds
    lines = (f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
    return "\n".join(("[[equivalent]]", *lines))


def _read(path: Path) -> tuple[Equivalent, ...]:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=_File).equivalent
    except msgspec.ValidationError as error:
        wanted = 'Each `[[equivalent]]` has the texts `task`, `from`, `to` (`""` where it was dropped) and `reason`.'
        raise CourseError(f"`{path}`: {error}. {wanted}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"`{path}` is no valid TOML: {error}.") from error


def _spelled(statement: str) -> str:
    """Returns a statement, or the header of one, as this Python writes it: not all of them do it alike."""
    for ending in ("", " pass"):
        try:
            return ast.unparse(ast.parse(statement + ending)).removesuffix("\n    pass")
        except SyntaxError:
            continue
    return statement
