"""What statements change of objects that are there: items and attributes set, methods called, things registered. Pure.

A call that stands alone is there for what it changes, or for what it shows. Which of the two it is, is told by whose
method it is, or by what the called function does; see `needs.py`.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from grader.submission.notebooks.aliases import Source, arguments_of, bindings_of, resolved, sources_of

__all__ = ["MUTATORS", "Change", "How", "changes_inside", "changes_of", "local_aliases"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PATHS = (ast.Attribute, ast.Subscript, ast.Call)
_SETTERS = {"setattr", "delattr", "next"}
_RUN_TEXT = {"exec", "eval"}
MUTATORS = {
    *("append", "extend", "insert", "remove", "pop", "popitem", "clear", "sort", "reverse", "add", "discard"),
    *("update", "setdefault", "appendleft", "extendleft", "popleft", "rotate", "move_to_end", "subtract"),
    *("__setitem__", "__setattr__", "__delitem__", "__delattr__", "__iadd__", "__ior__"),
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
        root: the name on which it all hangs: `REGISTRY` of `REGISTRY.of(x).add(y)`; empty if there is none.
        last: the last of the names: `add`.
        touches: what the changed object hangs on.
        arguments: what those hang on that are passed.
        is_alone: nobody keeps its value, so that it is there for what it changes or shows.
        is_parameter: within a function: the root is one of its parameters.
        is_of_parameter: it hangs on one of them.
        passes_on: one of the arguments does.
    """

    how: How
    root: str
    last: str = ""
    touches: tuple[Source, ...] = ()
    arguments: tuple[Source, ...] = ()
    is_alone: bool = False
    is_parameter: bool = False
    is_of_parameter: bool = False
    passes_on: bool = False

    @property
    def names(self) -> set[str]:
        """The names that it touches."""
        return {self.root, *(source.name for source in self.touches if not source.is_called and not source.through)}


def changes_of(statement: ast.stmt) -> Iterator[Change]:
    """Yields what a statement may change when it runs, not what its functions change when these are called."""
    yield from _changes_in(list(_running(statement)))


def changes_inside(statement: ast.stmt) -> Iterator[Change]:
    """Yields what the functions and methods within a statement may change when they are called."""
    for function in ast.walk(statement):
        if not isinstance(function, (*_FUNCTIONS, ast.Lambda)):
            continue
        body = [ast.Expr(value=function.body)] if isinstance(function, ast.Lambda) else function.body
        own = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
        parts = [part for node in body for part in ast.walk(node)]
        local = local_aliases(parts)
        for change in _changes_in(parts):
            touched = resolved(change.touches, local)
            yield replace(
                change,
                touches=tuple(Source(name=name) for name in sorted(touched)),
                is_parameter=change.root in own,
                is_of_parameter=not own.isdisjoint(touched),
                passes_on=not own.isdisjoint(resolved(change.arguments, local)),
            )


def local_aliases(parts: Iterable[ast.AST]) -> dict[str, frozenset[str]]:
    """Returns of what the variables of a function are aliases, as far as two readings tell."""
    local: dict[str, frozenset[str]] = {}
    found = list(bindings_of(parts))
    for names, sources, _ in (*found, *found):
        hangs_on = resolved(sources, local)
        local.update((name, local.get(name, frozenset()) | hangs_on) for name in names)
    return local


def _running(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yields the parts of a statement that run with it: not the bodies of functions, unless they have no name."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, _FUNCTIONS):
            waiting += node.decorator_list
        else:
            waiting += ast.iter_child_nodes(node)
        waiting += _run_as_text(node)


def _run_as_text(node: ast.AST) -> list[ast.stmt]:
    """Returns the statements that `exec("...")` runs."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_]) if name in _RUN_TEXT:
            with contextlib.suppress(SyntaxError, ValueError):
                return ast.parse(text.strip()).body
    return []


def _changes_in(parts: list[ast.AST]) -> Iterator[Change]:
    alone = {call for part in parts if isinstance(part, ast.Expr) for call in _alone(part.value)}
    for part in parts:
        if isinstance(part, ast.Call):
            yield from _called(part, is_alone=part in alone)
        else:
            yield from _changes(part)


def _changes(part: ast.AST) -> Iterator[Change]:
    """Yields what one node may change that is no call: a store, a decorator, a base class."""
    if isinstance(part, (ast.Attribute, ast.Subscript)):
        yield from _stored(part)
    elif isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name):
        yield _store(part.target)
    elif isinstance(part, (*_FUNCTIONS, ast.ClassDef)):
        yield from _defined(part)


def _store(node: ast.expr) -> Change:
    return Change(how=How.STORE, root=_path_of(node)[0], touches=tuple(sources_of(node)), is_alone=True)


def _stored(part: ast.Attribute | ast.Subscript) -> Iterator[Change]:
    root, how = _path_of(part)
    touches = tuple(sources_of(part.value))
    if not isinstance(part.ctx, ast.Load):
        how = How.STORE if how is How.METHOD else How.MADE
        yield Change(how=how, root=root, touches=touches, is_alone=True)
    elif isinstance(part, ast.Attribute) and (part.attr in MUTATORS or is_in_place(part.attr)):
        how = How.MUTATES if how is How.METHOD else How.MADE
        is_deep = isinstance(part.value, (ast.Attribute, ast.Subscript))
        yield Change(how=how, root=root, last=part.attr, touches=touches, is_alone=is_deep or how is How.MADE)


def is_in_place(name: str) -> bool:
    """Whether torch would call so what changes a tensor: `fill_`."""
    return name.endswith("_") and not name.endswith("__") and len(name) > 1


def _defined(part: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[Change]:
    for decorator in part.decorator_list:
        yield from _called(ast.Call(func=decorator, args=[ast.Name(id=part.name)], keywords=[]), is_alone=True)
    for base in part.bases if isinstance(part, ast.ClassDef) else []:
        yield Change(how=How.BASE, root=_path_of(base)[0])
    for keyword in part.keywords if isinstance(part, ast.ClassDef) else []:
        yield _store(keyword.value)  # a metaclass may keep the class


def _alone(value: ast.expr) -> Iterator[ast.Call]:
    """Yields the calls of an expression whose value nobody keeps: each that is called in its own right."""
    match value:
        case ast.ListComp(elt=part) | ast.SetComp(elt=part) | ast.Await(value=part):
            yield from _alone(part)
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts):
            yield from (call for part in parts for call in _alone(part))
        case ast.IfExp(body=part, orelse=other):
            yield from (*_alone(part), *_alone(other))
        case ast.Call():
            yield value


def _called(node: ast.Call, *, is_alone: bool) -> Iterator[Change]:
    if isinstance(node.func, ast.Name) and node.func.id in _SETTERS and node.args:
        yield _store(node.args[0])
    root, how = _path_of(node)
    calls = [part for part in _path(node) if isinstance(part, ast.Call)]
    passed = tuple(source for call in calls for value in arguments_of(call) for source in sources_of(value))
    last = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    touches = tuple(sources_of(node.func.value if isinstance(node.func, ast.Attribute) else node.func))
    yield Change(how=how, root=root, last=last, touches=touches, arguments=passed, is_alone=is_alone)


def _path(node: ast.expr) -> Iterator[ast.expr]:
    """Yields `a(b).c`, `a(b)` and `a` for the first."""
    yield node
    while isinstance(node, _PATHS):
        node = node.func if isinstance(node, ast.Call) else node.value
        yield node


def _path_of(node: ast.expr) -> tuple[str, How]:
    """Returns the name on which an expression hangs, and whether it is called first or looked into first."""
    *steps, last = _path(node)
    root = last.id if isinstance(last, ast.Name) else ""
    if not steps or not isinstance(steps[-1], ast.Call):
        return root, How.METHOD
    is_plain = all(isinstance(step, ast.Call) for step in steps)
    return root, How.CALL if is_plain else How.MADE
