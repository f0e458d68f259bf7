"""The statements of a notebook's cells, with what decides whether a task needs them. Pure."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from grader.submission.notebooks.cells import Cell, is_not_implemented
from grader.submission.notebooks.names import Facts, facts_of

__all__ = ["Chunk", "chunks_of"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_COMPOUND = (
    *(ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith, ast.TryStar),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
)


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Whole lines of a cell: one top-level statement, or several that share a line.

    Attributes:
        nodes: its statements.
        is_reserve: nothing runs it in a notebook, or it is no place for an answer: taken where nothing else defines it.
    """

    cell: int
    first: int
    last: int
    nodes: tuple[ast.stmt, ...]
    facts: Facts
    is_reserve: bool

    @property
    def place(self) -> tuple[int, int]:
        return self.cell, self.first

    @property
    def binds(self) -> frozenset[str]:
        return self.facts.binds

    @property
    def is_definition(self) -> bool:
        return any(isinstance(node, (*_FUNCTIONS, ast.ClassDef)) for node in self.nodes)

    @property
    def is_function(self) -> bool:
        return all(isinstance(node, _FUNCTIONS) for node in self.nodes)

    @property
    def is_import(self) -> bool:
        """Whether it is nothing but imports, which nobody misses."""
        return all(isinstance(node, _IMPORTS) for node in self.nodes)

    @property
    def is_simple(self) -> bool:
        """Whether something may stand before it in its line."""
        return not any(isinstance(node, _COMPOUND) for node in self.nodes)

    @property
    def is_stub(self) -> bool:
        """Whether all that it defines was left to be written."""
        return all(_is_unwritten(node) for node in self.nodes)

    @property
    def is_removal(self) -> bool:
        """Whether it takes away names that somebody may need."""
        return all(_is_removal(node) for node in self.nodes)

    @property
    def is_never_taken(self) -> bool:
        """Whether it takes away names, or runs only as a program."""
        return self.is_removal or all(_is_entry(node) for node in self.nodes)


def chunks_of(cell: Cell) -> Iterator[Chunk]:
    """Yields the statements of a cell that do something: a text, a number or `pass` does nothing."""
    if cell.tree is None:
        return
    for first, last, nodes in _spans(cell.tree):
        if not all(map(_is_nothing, nodes)):
            facts = facts_of("\n".join(cell.lines[first - 1 : last]), nodes)
            is_reserve = cell.kind != "code" or cell.module is not None
            yield Chunk(
                cell=cell.number, first=first, last=last, nodes=tuple(nodes), facts=facts, is_reserve=is_reserve
            )


def _spans(tree: ast.Module) -> list[tuple[int, int, list[ast.stmt]]]:
    """Returns first line, last line and statements of each group of statements that share no line with another."""
    spans: list[tuple[int, int, list[ast.stmt]]] = []
    for node in tree.body:
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
        last = node.end_lineno or node.lineno
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], last, [*spans[-1][2], node])
        else:
            spans.append((first, last, [node]))
    return spans


def _is_unwritten(node: ast.stmt) -> bool:
    """Whether it is a function that does nothing but say that it is not written, or a class of such functions."""
    if isinstance(node, ast.ClassDef):
        methods = [part for part in node.body if isinstance(part, _FUNCTIONS)]
        return bool(methods) and all(_is_unwritten(method) for method in methods)
    if not isinstance(node, _FUNCTIONS):
        return False
    body = [part for part in node.body if not _is_nothing(part)]
    given = [part for part in body if not is_not_implemented(part)]
    if len(given) == len(body):
        return not body
    return not any(isinstance(part, (ast.Return, ast.Yield)) for top in given for part in ast.walk(top))


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
