"""Reads mutants and variants from their files, as text: whole definitions that can take a task's place. Pure."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import msgspec

from grader.models import Text

__all__ = ["Edit", "Kind", "StandIn", "read_stand_ins"]

Kind = Literal["mutant", "variant"]


class Edit(NamedTuple):
    """What takes the place of a definition's characters from `start` up to `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """One definition that can take a task's place.

    Attributes:
        source: the definition's text, under the task's own name.
        misconception: of a mutant; None for what is right.
        form: which of several that share the name and the misconception; empty where there is one.
        edits: of the reference's definition that make it this one, in order; none of a definition written whole.
    """

    task: str
    name: str
    source: str
    misconception: Text | None = field(compare=False)
    form: str = ""
    edits: tuple[Edit, ...] = field(default=(), compare=False)

    @property
    def label(self) -> str:
        """Its name, and its form if there are several."""
        return f"{self.name}[{self.form}]" if self.form else self.name


def read_stand_ins(text: str, task: str, kind: Kind) -> list[StandIn]:
    """Returns the mutants or the variants in the text of a file.

    Raises:
        ValueError: if it is no Python, marks nothing or does not say a misconception; a phrase that goes on from the
            file's name.
    """
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise ValueError(f"is no valid Python: {error}.") from error
    found: list[StandIn] = []
    for node in tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            continue
        marks = [mark for mark in node.decorator_list if _name_of(mark) == kind]
        if marks:
            source = _renamed(text, node, task)
            misconception = _text_of(marks[0]) if kind == "mutant" else None
            if node.name in {before.name for before in found}:
                raise ValueError(f"marks `{node.name}` twice.")
            found.append(StandIn(task=task, name=node.name, source=source, misconception=misconception))
    if not found:
        raise ValueError(f"marks no definition with `@{kind}`.")
    return found


def _name_of(mark: ast.expr) -> str:
    target = mark.func if isinstance(mark, ast.Call) else mark
    return target.id if isinstance(target, ast.Name) else ""


def _renamed(text: str, node: ast.FunctionDef | ast.ClassDef, task: str) -> str:
    """Returns a definition without its decorators, under the task's name wherever it names itself."""
    source = "".join(text.splitlines(keepends=True)[node.lineno - 1 : node.end_lineno])
    return re.sub(rf"(?<![\w.]){re.escape(node.name)}\b", task, source)  # `torch.relu` is not the mutant `relu`


def _text_of(mark: ast.expr) -> Text:
    given = {word.arg: word.value for word in mark.keywords} if isinstance(mark, ast.Call) else {}
    texts = {language: ast.literal_eval(value) for language, value in given.items() if isinstance(value, ast.Constant)}
    try:
        return msgspec.convert({**dict.fromkeys(given), **texts}, Text)
    except msgspec.ValidationError:
        raise ValueError(
            f'needs a plain string for each language, as in `en="..."`, in the `@mutant` of line {mark.lineno}.'
        ) from None
