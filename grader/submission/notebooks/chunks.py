"""The statements of a notebook's cells, with what decides whether a task needs them. Pure."""

from __future__ import annotations

import ast
import builtins
import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from grader.submission.notebooks.cells import Cell, is_not_implemented
from grader.submission.notebooks.names import Facts, facts_of
from grader.submission.notebooks.packages import is_sure_import

__all__ = ["Chunk", "chunks_of"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_COMPOUND = (
    *(ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith, ast.TryStar),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
)


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A top-level statement of a cell, or one import of several in a statement.

    Attributes:
        index: among those of its cell.
        first: its first line; others may stand in it as well.
        text: of it alone, if it shares its lines; None if they are its own.
        is_reserve: nothing runs it in a notebook, or it is no place for an answer: taken where nothing else defines it.
    """

    cell: int
    index: int
    first: int
    last: int
    node: ast.stmt
    text: str | None
    facts: Facts
    is_reserve: bool

    @property
    def place(self) -> tuple[int, int]:
        return self.cell, self.index

    @property
    def binds(self) -> frozenset[str]:
        return self.facts.binds

    @property
    def is_definition(self) -> bool:
        return isinstance(self.node, (*_FUNCTIONS, ast.ClassDef))

    @property
    def is_function(self) -> bool:
        return isinstance(self.node, _FUNCTIONS)

    @property
    def is_import(self) -> bool:
        """Whether it is an import, which nobody misses."""
        return isinstance(self.node, _IMPORTS)

    @property
    def is_simple(self) -> bool:
        """Whether something may stand before it in its line."""
        return not isinstance(self.node, _COMPOUND)

    @property
    def is_stub(self) -> bool:
        """Whether all that it defines was left to be written."""
        return _is_unwritten(self.node)

    @property
    def is_removal(self) -> bool:
        """Whether it takes away names that somebody may need."""
        return _is_removal(self.node)

    @property
    def is_never_taken(self) -> bool:
        """Whether it takes away names, or runs only as a program."""
        return self.is_removal or _is_entry(self.node)


def chunks_of(cell: Cell) -> Iterator[Chunk]:
    """Yields the statements of a cell that do something: a text, a number or `pass` does nothing."""
    if cell.tree is None:
        return
    nodes = [node for node in cell.tree.body if not _is_nothing(node)]
    for index, (first, last, node, text) in enumerate(_units(nodes, cell.lines)):
        yield Chunk(
            cell=cell.number,
            index=index,
            first=first,
            last=last,
            node=node,
            text=text,
            facts=facts_of(text or "\n".join(cell.lines[first - 1 : last]), [node]),
            is_reserve=cell.kind != "code" or cell.module is not None,
        )


def _units(nodes: list[ast.stmt], lines: list[str]) -> Iterator[tuple[int, int, ast.stmt, str | None]]:
    """Yields first line, last line and statement, and its text if it shares its lines."""
    spans = [(_first_line(node), node.end_lineno or node.lineno) for node in nodes]
    for index, (node, (first, last)) in enumerate(zip(nodes, spans, strict=True)):
        is_shared = (index > 0 and spans[index - 1][1] == first) or (spans[index + 1 : index + 2] or [(0, 0)])[0][
            0
        ] == last
        if isinstance(node, _IMPORTS) and len(node.names) > 1 and not is_sure_import(node):
            yield from ((first, last, one, ast.unparse(one)) for one in _one_by_one(node))
        else:
            yield first, last, node, _text_of(node, lines) if is_shared else None


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _text_of(node: ast.stmt, lines: list[str]) -> str:
    last = node.end_lineno or node.lineno
    own = [*lines[node.lineno - 1 : last - 1], lines[last - 1].encode()[: node.end_col_offset].decode()]
    return "\n".join([own[0].encode()[node.col_offset :].decode(), *own[1:]])


def _one_by_one(node: ast.Import | ast.ImportFrom) -> Iterator[ast.stmt]:
    """Yields an import for each name: one that fails must not cost the others."""
    for alias in node.names:
        one = copy.copy(node)
        one.names = [alias]
        yield one


def _is_unwritten(node: ast.stmt) -> bool:
    """Whether it is a function that does nothing but say that it is not written, or a class of such functions."""
    if isinstance(node, ast.ClassDef):
        methods = [part for part in node.body if isinstance(part, _FUNCTIONS)]
        return bool(methods) and all(_is_unwritten(method) for method in methods)
    if not isinstance(node, _FUNCTIONS):
        return False
    body = [part for part in node.body if not _is_nothing(part)]
    before = list(itertools.takewhile(lambda part: not is_not_implemented(part), body))  # nothing runs what is after it
    if len(before) == len(body):
        return not body
    return not any(isinstance(part, (ast.Return, ast.Yield)) for top in before for part in ast.walk(top))


def _is_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _is_entry(node: ast.stmt) -> bool:
    """Whether it is `if __name__ == "__main__":`, without an `else`."""
    if not isinstance(node, ast.If) or node.orelse:
        return False
    sides = [[one.left, *one.comparators] for one in ast.walk(node.test) if isinstance(one, ast.Compare)]
    return any(
        any(isinstance(side, ast.Name) and side.id == "__name__" for side in both)
        and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in both)
        for both in sides
    )


def _is_removal(node: ast.stmt) -> bool:
    """Whether it deletes a name, unless that gives Python's own meaning back to it."""
    if not isinstance(node, ast.Delete):
        return False
    return any(isinstance(target, ast.Name) and not hasattr(builtins, target.id) for target in node.targets)
