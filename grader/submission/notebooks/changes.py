"""What statements change of objects that are there: items and attributes set, methods called, things registered. Pure.

A call that stands alone is there for what it changes, or for what it shows. Which of the two it is, is told by whose
method it is, or by what the called function does; see `needs.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeGuard

__all__ = ["Change", "How", "changes_inside", "changes_of", "root_of"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PATHS = (ast.Attribute, ast.Subscript, ast.Call)
_SETTERS = {"setattr", "delattr", "next"}
_MUTATORS = {
    *("append", "extend", "insert", "remove", "pop", "popitem", "clear", "sort", "reverse", "add", "discard"),
    *("update", "setdefault", "appendleft", "extendleft", "popleft", "rotate", "move_to_end", "subtract"),
    *("__setitem__", "__setattr__", "__delitem__", "__delattr__"),
}


class How(Enum):
    """By what something may change an object.

    `f` in `f.x = 1` is stored into, in `f.x()` its method is called, in `f(y)` it is called, in `f(y).x()` it makes
    what is changed; in `class C(f)` it is inherited from, and `MUTATES` are methods that do nothing but change.
    """

    STORE = "store"
    MUTATES = "mutates"
    METHOD = "method"
    CALL = "call"
    MADE = "made"
    BASE = "base"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What may change an object.

    Attributes:
        root: the name on which it all hangs: `REGISTRY` of `REGISTRY.of(x).add(y)`.
        last: the last of the names: `add`.
        arguments: the names that are passed, or an attribute or item of which is.
        is_parameter: within a function: the root is one of its parameters.
        is_of_parameter: the root is one of them, or was taken from one.
        passes_on: one of the arguments is.
    """

    how: How
    root: str
    last: str = ""
    arguments: frozenset[str] = frozenset()
    is_parameter: bool = False
    is_of_parameter: bool = False
    passes_on: bool = False


def root_of(node: ast.expr) -> str | None:
    """Returns `a` for `a.b[c].d`; None if it hangs on no name, or a call stands between."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def changes_of(statement: ast.stmt) -> Iterator[Change]:
    """Yields what a statement may change when it runs, not what its functions change when these are called."""
    for part in _running(statement):
        yield from _changes(part)


def changes_inside(statement: ast.stmt) -> Iterator[Change]:
    """Yields what the functions and methods within a statement may change when they are called."""
    for function in ast.walk(statement):
        if not isinstance(function, (*_FUNCTIONS, ast.Lambda)):
            continue
        body = [ast.Expr(value=function.body)] if isinstance(function, ast.Lambda) else function.body
        own = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
        parts = [part for node in body for part in ast.walk(node)]
        derived = _derived(parts, own)
        for part in parts:
            for change in _changes(part):
                yield Change(
                    how=change.how,
                    root=change.root,
                    last=change.last,
                    arguments=change.arguments,
                    is_parameter=change.root in own,
                    is_of_parameter=change.root in derived,
                    passes_on=not derived.isdisjoint(change.arguments),
                )


def _derived(parts: list[ast.AST], own: set[str]) -> set[str]:
    """Returns the parameters of a function and the variables that are taken from them, as far as one reading tells."""
    names = set(own)
    for node in parts:
        if isinstance(node, (ast.For, ast.AsyncFor)):
            source, targets = node.iter, [node.target]
        elif isinstance(node, ast.Assign):
            source, targets = node.value, node.targets
        else:
            continue
        root = _path_of(source)[0] if isinstance(source, _PATHS) else root_of(source)
        if root in names:
            names.update(part.id for target in targets for part in ast.walk(target) if _is_given(part))
    return names


def _is_given(part: ast.AST) -> TypeGuard[ast.Name]:
    """Whether it is a name that gets a value; in `a[b] = c` there is none."""
    return isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)


def _running(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yields the parts of a statement that run with it: not the bodies of functions."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, _FUNCTIONS):
            waiting += node.decorator_list
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _changes(part: ast.AST) -> Iterator[Change]:
    """Yields what one node may change: a store, a call that stands alone, a decorator, a base class."""
    if isinstance(part, (ast.Attribute, ast.Subscript)):
        yield from _stored(part)
    elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in _SETTERS and part.args:
        root = root_of(part.args[0])
        if root is not None:
            yield Change(how=How.STORE, root=root)
    elif isinstance(part, ast.Expr):
        yield from _called_alone(part.value)
    elif isinstance(part, (ast.Assign, ast.AnnAssign, ast.withitem)):
        value = part.context_expr if isinstance(part, ast.withitem) else part.value
        yield from (change for change in _called(value) if change.how is How.CALL)
    elif isinstance(part, (*_FUNCTIONS, ast.ClassDef)):
        yield from _defined(part)


def _stored(part: ast.Attribute | ast.Subscript) -> Iterator[Change]:
    root, how = _path_of(part)
    if root is None:
        return
    if not isinstance(part.ctx, ast.Load):
        yield Change(how=How.STORE if how is How.METHOD else How.MADE, root=root)
    elif isinstance(part, ast.Attribute) and part.attr in _MUTATORS:
        yield Change(how=How.MUTATES if how is How.METHOD else How.MADE, root=root, last=part.attr)


def _defined(part: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[Change]:
    for decorator in part.decorator_list:
        yield from _called(ast.Call(func=decorator, args=[ast.Name(id=part.name)], keywords=[]))
    for base in part.bases if isinstance(part, ast.ClassDef) else []:
        root = root_of(base)
        if root is not None:
            yield Change(how=How.BASE, root=root)


def _called_alone(value: ast.expr) -> Iterator[Change]:
    """Yields the calls of an expression whose value nobody keeps: each that is called in its own right."""
    match value:
        case ast.ListComp(elt=part) | ast.SetComp(elt=part):
            yield from _called(part)
        case ast.BoolOp(values=parts):
            yield from (change for part in parts for change in _called(part))
        case ast.IfExp(body=part, orelse=other):
            yield from (*_called(part), *_called(other))
        case ast.Call(args=parts):
            yield from _called(value)
            yield from (change for part in parts for change in _called(part) if change.how is How.CALL)


def _called(node: ast.expr | None) -> Iterator[Change]:
    if not isinstance(node, ast.Call):
        return
    root, how = _path_of(node)
    if root is None:
        return
    calls = [part for part in _path(node) if isinstance(part, ast.Call)]
    passed = [value for call in calls for value in (*call.args, *(keyword.value for keyword in call.keywords))]
    arguments = {name for value in passed if (name := root_of(value)) is not None}
    last = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    yield Change(how=how, root=root, last=last, arguments=frozenset(arguments))


def _path(node: ast.expr) -> Iterator[ast.expr]:
    """Yields `a(b).c`, `a(b)` and `a` for the first."""
    yield node
    while isinstance(node, _PATHS):
        node = node.func if isinstance(node, ast.Call) else node.value
        yield node


def _path_of(node: ast.expr) -> tuple[str | None, How]:
    """Returns the name on which an expression hangs, and whether it is called first or looked into first."""
    *steps, last = _path(node)
    if not isinstance(last, ast.Name) or not steps:
        return None, How.CALL
    if not isinstance(steps[-1], ast.Call):
        return last.id, How.METHOD
    is_plain = all(isinstance(step, ast.Call) for step in steps)
    return last.id, How.CALL if is_plain else How.MADE
