"""Every place of a definition in which one thing can be changed. Pure: a syntax tree in, edits of it out.

Left alone is what nobody judges: docstrings and annotations, the words of an error, and texts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from grader.verify.mechanical.operators import (
    changed_bound,
    changed_expressions,
    changed_operators,
    has_other_word,
    is_number,
)

__all__ = ["Edit", "edits_of"]

_NOT_JUDGED = {"annotation", "returns", "type_comment", "type_params", "bases", "decorator_list", "pattern", "guard"}
_DROPPED = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Raise, ast.Assert, ast.Delete, ast.Continue)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One change of a tree, made and taken back in place.

    Attributes:
        before: the innermost statement that it is in, or the decorator.
        after: what has taken its place once the edit is made; None where it was dropped.
        line: of the statement.
        owner: the node of which a field gets another value.
    """

    before: ast.stmt | ast.expr
    after: ast.stmt | None
    line: int
    owner: ast.AST
    field: str
    value: Any

    @contextmanager
    def made(self) -> Iterator[None]:
        """Has the change made for as long as the context lasts."""
        before = getattr(self.owner, self.field)
        setattr(self.owner, self.field, self.value)
        try:
            yield
        finally:
            setattr(self.owner, self.field, before)


def edits_of(definition: ast.stmt, modules: frozenset[str]) -> Iterator[Edit]:
    """Yields the edits of a function or a class in the order of its text.

    Args:
        modules: as `changed_expressions` takes them.
    """
    yield from _of_line(definition, modules)
    for field in ("body", "orelse", "handlers", "finalbody", "cases"):
        for index, child in enumerate(getattr(definition, field, ())):
            if isinstance(child, ast.stmt):
                yield from _of_whole(definition, field, index, child)
                yield from edits_of(child, modules)
            else:  # a handler or a case: its own words are left alone
                for place, inner in enumerate(child.body):
                    yield from _of_whole(child, "body", place, inner)
                    yield from edits_of(inner, modules)


def _of_line(statement: ast.stmt, modules: frozenset[str]) -> Iterator[Edit]:
    """Yields the edits of a statement's own line: of a compound one, of its header."""
    if isinstance(statement, _SCOPES):
        for index, decorator in enumerate(statement.decorator_list):
            rest = _without(statement.decorator_list, index)
            line = decorator.lineno
            yield Edit(before=decorator, after=None, line=line, owner=statement, field="decorator_list", value=rest)
    match statement:
        case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
            yield from _inside(statement, arguments, modules)
        case ast.Raise() | ast.ClassDef() | ast.Try() | ast.Match():
            return
        case ast.Expr(value=ast.Constant()):
            return
        case _:
            yield from _of_statement(statement)
            yield from _inside(statement, statement, modules)


def _of_statement(statement: ast.stmt) -> Iterator[Edit]:
    match statement:
        case ast.If() if _is_dropped_whole(statement):  # dropping it says the same as a test that is never true
            yield _edit(statement, statement, "test", ast.Constant(True))
        case ast.If():
            yield from (_edit(statement, statement, "test", ast.Constant(value)) for value in (True, False))
        case ast.While():
            yield _edit(statement, statement, "test", ast.Constant(False))
        case ast.AugAssign():
            yield from (_edit(statement, statement, "op", op) for op in changed_operators(statement.op))
        case ast.Return(value=ast.Tuple(elts=elements)):
            yield _edit(statement, statement, "value", ast.List(elements, ast.Load()))
        case ast.Return(value=ast.List(elts=elements)):
            yield _edit(statement, statement, "value", ast.Tuple(elements, ast.Load()))


def _is_dropped_whole(statement: ast.If) -> bool:
    return not statement.orelse and len(statement.body) == 1 and isinstance(statement.body[0], (*_DROPPED, ast.Return))


def _of_whole(owner: ast.AST, field: str, index: int, statement: ast.stmt) -> Iterator[Edit]:
    """Yields the edits that take a statement away, or the `with` around others."""
    siblings: list[ast.stmt] = getattr(owner, field)

    def instead(*others: ast.stmt, after: ast.stmt | None = None) -> Edit:
        rest = _without(siblings, index, *others) or [ast.Pass()]
        return Edit(before=statement, after=after, line=statement.lineno, owner=owner, field=field, value=rest)

    if isinstance(statement, ast.With):
        yield instead(*statement.body)
    elif isinstance(statement, ast.AugAssign):
        yield instead()
        plain = ast.Assign([statement.target], statement.value, lineno=statement.lineno)
        yield instead(plain, after=plain)
    elif isinstance(statement, ast.Return):
        if not isinstance(owner, _SCOPES):  # the last one of a function is all that it is for
            yield instead()
    elif isinstance(statement, _DROPPED) and not _says_nothing(statement):
        yield instead()


def _says_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant()) | ast.AnnAssign(value=None):
            return True
    return False


def _inside(statement: ast.stmt, owner: ast.AST, modules: frozenset[str]) -> Iterator[Edit]:
    """Yields the edits of the expressions in a node, without those of the statements in it."""
    for field, value in ast.iter_fields(owner):
        if field in _NOT_JUDGED:
            continue
        for index, node in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(node, ast.AST) and not isinstance(node, (ast.stmt, ast.JoinedStr, ast.excepthandler)):
                yield from _of_node(statement, owner, field, index, node, modules)


def _of_node(
    statement: ast.stmt, owner: ast.AST, field: str, index: int | None, node: ast.AST, modules: frozenset[str]
) -> Iterator[Edit]:
    for other in _instead_of(owner, field, node, modules):
        if _is_of_use(statement, owner, node, other):
            value = other if index is None else [*_without(getattr(owner, field), index, other)]
            yield _edit(statement, owner, field, value)
    if isinstance(node, ast.Tuple) and isinstance(owner, ast.Subscript):
        yield from _of_axes(statement, node)
    if isinstance(node, ast.comprehension):
        for place in range(len(node.ifs)):
            yield _edit(statement, node, "ifs", _without(node.ifs, place))
            yield _edit(statement, node, "ifs", _without(node.ifs, place, ast.Constant(False)))
    is_whole = is_number(node) or (isinstance(node, ast.keyword) and has_other_word(node))
    if not is_whole:
        yield from _inside(statement, node, modules)


def _instead_of(owner: ast.AST, field: str, node: ast.AST, modules: frozenset[str]) -> Iterator[ast.expr | None]:
    if not isinstance(node, ast.expr) or isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
        return
    if isinstance(owner, ast.Subscript) and isinstance(node, ast.Constant) and node.value is None:
        yield ast.Constant(0)
    yield from changed_expressions(node, modules)
    if isinstance(owner, ast.Slice):
        yield None
        yield from changed_bound(node) if field != "step" else ()


def _is_of_use(statement: ast.stmt, owner: ast.AST, node: ast.AST, other: ast.expr | None) -> bool:
    """Whether a change of a place can show anything: not what Python warns of, nor a statement without effect."""
    if isinstance(owner, ast.Compare) and isinstance(node, ast.Constant):
        return not any(isinstance(op, (ast.Is, ast.IsNot)) for op in owner.ops)
    if isinstance(owner, ast.Expr):
        return isinstance(other, (ast.Call, ast.Yield, ast.Await))
    return True


def _of_axes(statement: ast.stmt, axes: ast.Tuple) -> Iterator[Edit]:
    """An axis that is put in may be forgotten, or an index be put in its place."""
    for index, axis in enumerate(axes.elts):
        if isinstance(axis, ast.Constant) and axis.value is None:
            yield _edit(statement, axes, "elts", _without(axes.elts, index))
            yield _edit(statement, axes, "elts", _without(axes.elts, index, ast.Constant(0)))


def _edit(statement: ast.stmt, owner: ast.AST, field: str, value: object) -> Edit:
    return Edit(before=statement, after=statement, line=statement.lineno, owner=owner, field=field, value=value)


def _without(nodes: list[Any], index: int, *instead: object) -> list[Any]:
    return [*nodes[:index], *instead, *nodes[index + 1 :]]
