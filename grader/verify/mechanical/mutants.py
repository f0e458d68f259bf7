"""Mechanical mutants: the reference with one thing changed by the usual operators. Pure: a text in, texts out.

They need no author, and teach nobody; they show what a suite does not look at. One that does what the reference does is
no mutant at all: an author lists it as equivalent.
"""

from __future__ import annotations

import ast
import copy
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from grader.verify.mechanical.places import edits_of
from grader.verify.names import unbound_names

__all__ = ["MechanicalMutant", "mechanical_mutants"]


@dataclass(frozen=True, kw_only=True)
class MechanicalMutant:
    """The reference with one change in one task.

    Attributes:
        before: the innermost statement that was changed, as Python writes it; of a compound one its header.
        after: the same statement afterwards; empty if it was dropped.
        line: of the statement in the reference.
        source: the whole text with the change made.
    """

    task: str
    before: str
    after: str
    line: int
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Tells mutants apart that an author would; the same slip in two like lines of a task is one."""
        return self.task, self.before, self.after


def mechanical_mutants(reference: str, task: str) -> list[MechanicalMutant]:
    """Returns a task's mutants in the order of its text, each text once.

    What is broken, by its syntax or for want of a name, is not made. There are none of what the reference does not
    define.
    """
    tree = ast.parse(reference)
    definition = next((node for node in tree.body if getattr(node, "name", None) == task), None)
    if not isinstance(definition, (ast.FunctionDef, ast.ClassDef)):
        return []
    above, below = _around(reference, definition)
    return [
        MechanicalMutant(task=task, before=before, after=after, line=line, source=f"{above}{text}\n{below}")
        for text, before, after, line in _texts(definition, _modules(tree))
    ]


def _around(reference: str, definition: ast.FunctionDef | ast.ClassDef) -> tuple[str, str]:
    lines = reference.splitlines(keepends=True)
    first = min([definition.lineno, *(decorator.lineno for decorator in definition.decorator_list)])
    return "".join(lines[: first - 1]), "".join(lines[definition.end_lineno :])


def _texts(definition: ast.stmt, modules: frozenset[str]) -> Iterator[tuple[str, str, str, int]]:
    own = ast.unparse(definition)
    known, seen = set(unbound_names(own)), {own}
    for edit in edits_of(definition, modules):
        before = _line_of(edit.before)
        with edit.made():
            text, after = ast.unparse(definition), _line_of(edit.after) if edit.after is not None else ""
        if text not in seen and _is_whole(text, known):
            yield text, before, after, edit.line
        seen.add(text)


def _line_of(statement: ast.stmt | ast.expr) -> str:
    """Writes a statement, and of a compound one its header, without decorators; or a decorator."""
    if isinstance(statement, ast.expr):
        return f"@{ast.unparse(statement)}"
    if not hasattr(statement, "body"):
        return ast.unparse(statement)
    header = copy.copy(statement)
    for field, value in (("body", [ast.Pass()]), ("orelse", []), ("decorator_list", [])):
        if hasattr(header, field):
            setattr(header, field, value)
    return ast.unparse(header).rpartition("\n")[0]


def _is_whole(text: str, known: set[str]) -> bool:
    """Whether a text is Python that nobody is warned of, and needs no name that the original does not need."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", SyntaxWarning)  # of `3[0]`: it would fail whatever the tests ask
        try:
            compile(text, "<mutant>", "exec", dont_inherit=True)
        except SyntaxError:
            return False
    return set(unbound_names(text)) <= known


def _modules(tree: ast.Module) -> frozenset[str]:
    """Returns the names that are imported: what is called by a dot after them takes all that it needs in brackets."""
    imports = (node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom)))
    names = (alias for node in imports for alias in node.names)
    return frozenset(alias.asname or alias.name.partition(".")[0] for alias in names)
