"""Which tasks a source text defines, and which of them are more than a stub. Nothing of it is ever executed.

`looks.py` runs this file as a program of its own, without the rest of Gradus: a hostile source can crash Python's
parser or keep it busy for hours, and must then take nothing but this process with it.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["stub_lines", "tasks_in"]

_PARSER_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def tasks_in(source: str, names: Iterable[str]) -> tuple[list[str], list[str]] | None:
    """Returns which of the names a module defines, and which of these are written: the last definition counts.

    An import defines a name but writes nothing, since the file that it is from is not judged. None stands for a source
    that does not parse.
    """
    try:
        tree = ast.parse(source)
    except _PARSER_ERRORS:
        return None
    is_written: dict[str, bool] = {}
    for statement in _statements(tree.body):
        is_written |= _bound(statement)
    defined = [name for name in names if name in is_written]
    return defined, [name for name in defined if is_written[name]]


def stub_lines(tree: ast.Module) -> dict[str, int]:
    """Returns the line in which each top-level function or class still raises what its stub raised."""
    found: dict[str, int] = {}
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            lines = [line for node in ast.walk(statement) if (line := _line_of_stub(node, statement.name))]
            if lines:
                found[statement.name] = min(lines)
    return found


def _line_of_stub(node: ast.AST, name: str) -> int | None:
    """Returns where a `raise NotImplementedError("<name>")` is, or of a method `"<name>.<method>"`."""
    match node:
        case ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError"), args=[ast.Constant(value=str(told))])):
            return node.lineno if told.partition(".")[0] == name else None
    return None


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yields the statements that run when a module is imported, those in `if`, `try` and `with` too."""
    for statement in body:
        yield statement
        if not isinstance(statement, _Definition) and not _is_main_guard(statement):
            inner = [getattr(statement, field, []) for field in ("body", "orelse", "finalbody")]
            inner += [handler.body for handler in getattr(statement, "handlers", [])]
            for part in inner:
                yield from _statements(part)


def _is_main_guard(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)


def _bound(statement: ast.stmt) -> dict[str, bool]:
    """Returns the names that a statement itself binds, and whether that writes something."""
    if isinstance(statement, _Definition):
        return {statement.name: not _is_stub(statement)}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name: False for alias in statement.names}
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return {target.id: True for target in targets if isinstance(target, ast.Name) and statement.value is not None}
    return {}


def _is_stub(definition: _Definition) -> bool:
    """Whether nothing was written in a function, or in a method of a class."""
    if isinstance(definition, ast.ClassDef):
        methods = [node for node in definition.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
        return any(_is_unwritten(method, definition.name) for method in methods)
    return _is_unwritten(definition, definition.name)


def _is_unwritten(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    """Whether it does nothing, or raises what its stub raised before anything is returned."""
    if all(map(_does_nothing, function.body)):
        return True
    stubs = [line for node in ast.walk(function) if (line := _line_of_stub(node, name))]
    returns = [node.lineno for node in ast.walk(function) if isinstance(node, (ast.Return, ast.Yield))]
    return bool(stubs) and not any(line < min(stubs) for line in returns)


def _does_nothing(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise(exc=ast.Name(id="NotImplementedError")):
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
    return False


def main() -> None:
    requests: list[dict[str, Any]] = json.loads(sys.stdin.buffer.read())
    looks = []
    for request in requests:
        found = tasks_in(request["source"], request["names"])
        defined, written = found or ([], [])
        looks.append({"defines": len(defined), "writes": len(written), "parses": found is not None})
    sys.stdout.buffer.write(json.dumps(looks).encode())


if __name__ == "__main__":
    main()
