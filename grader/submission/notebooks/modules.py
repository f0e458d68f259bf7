"""Makes modules that a notebook writes with `%%writefile` part of it: their code and its own become one module."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from grader.submission.notebooks.cells import Cell, replace_statement
from grader.submission.notebooks.names import names_in

__all__ = ["join_written_modules"]

_ITSELF = "__main__"  # what a notebook is called where it runs
_Written = Mapping[str, set[str]]


def join_written_modules(cells: Sequence[Cell]) -> None:
    """Replaces imports of modules that cells write, and of the notebook: no such module is there where it is judged."""
    written: dict[str, set[str]] = {}
    for cell in cells:
        if cell.module is not None and cell.tree is not None:
            written.setdefault(cell.module, set()).update(names_in("\n".join(cell.lines), cell.tree.body)[0])
    for cell in cells:
        found = [node for node in ast.walk(cell.tree) if _names_any(node, written)] if cell.tree else []
        statements = [node for node in found if isinstance(node, ast.stmt)]
        for node in sorted(statements, key=lambda node: (node.lineno, node.col_offset), reverse=True):
            replace_statement(cell.lines, node, "; ".join(_instead(node, written)) or "pass")
        if found:
            cell.tree = ast.parse("\n".join(cell.lines))


def _names_any(node: ast.AST, written: _Written) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (
            node.module == _ITSELF
            or any(_found(f"{_of(node)}.{alias.name}", written) for alias in node.names)
            or (_found(_of(node), written) is not None)
        )
    return isinstance(node, ast.Import) and any(
        alias.name == _ITSELF or _found(alias.name, written) is not None for alias in node.names
    )


def _of(node: ast.ImportFrom) -> str:
    return node.module or ""


def _found(module: str, written: _Written) -> set[str] | None:
    """Returns what a module binds that a cell writes; where its path begins, the notebook's folder or not, is open."""
    names = [bound for path, bound in written.items() if path == module or (module and path.endswith(f".{module}"))]
    return set().union(*names) if names else None


def _instead(node: ast.stmt, written: _Written) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        for alias in node.names:
            inner = _found(f"{_of(node)}.{alias.name}", written)
            if inner is not None:
                yield f"{alias.asname or alias.name} = {_namespace(inner)}"
            elif alias.asname not in (None, alias.name):
                yield f"{alias.asname} = {alias.name}"
    elif isinstance(node, ast.Import):
        yield from (_import_instead(alias, written) for alias in node.names)


def _import_instead(alias: ast.alias, written: _Written) -> str:
    if alias.name == _ITSELF:
        return f'{alias.asname or alias.name} = __import__("sys").modules[__name__]'
    bound = _found(alias.name, written)
    if bound is None:
        return ast.unparse(ast.Import(names=[alias]))
    value = _namespace(bound)
    first, *rest = [alias.asname] if alias.asname else alias.name.split(".")
    for part in reversed(rest):
        value = f'__import__("types").SimpleNamespace({part}={value})'
    return f"{first} = {value}"


def _namespace(names: set[str]) -> str:
    content = ", ".join(f"{name}={name}" for name in sorted(names) if name != "*")
    return f'__import__("types").SimpleNamespace({content})'
