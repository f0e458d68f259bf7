"""Makes modules that a notebook writes with `%%writefile` part of it: their code and its own become one module."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Mapping, Sequence

from grader.submission.notebooks.cells import Cell, replace_statement
from grader.submission.notebooks.names import names_in

__all__ = ["join_written_modules"]


def join_written_modules(cells: Sequence[Cell]) -> None:
    """Replaces imports of modules that cells write: no such file is there where the code is judged."""
    written: dict[str, set[str]] = {}
    for cell in cells:
        if cell.module is not None and cell.tree is not None:
            written.setdefault(cell.module, set()).update(names_in("\n".join(cell.lines), cell.tree.body)[0])
    if not written:
        return
    for cell in cells:
        found = [node for node in cell.tree.body if _names_any(node, written)] if cell.tree else []
        for node in reversed(found):
            replace_statement(cell.lines, node, "; ".join(_instead(node, written)) or "pass")
        if found:
            cell.tree = ast.parse("\n".join(cell.lines))


def _names_any(node: ast.stmt, written: Container[str]) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module in written
    return isinstance(node, ast.Import) and any(alias.name in written for alias in node.names)


def _instead(node: ast.stmt, written: Mapping[str, set[str]]) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        renamed = [alias for alias in node.names if alias.asname not in (None, alias.name)]
        yield from (f"{alias.asname} = {alias.name}" for alias in renamed)
    elif isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name in written:
                content = ", ".join(f"{name}={name}" for name in sorted(written[alias.name]) if name != "*")
                yield f'{alias.asname or alias.name} = __import__("types").SimpleNamespace({content})'
            else:
                yield ast.unparse(ast.Import(names=[alias]))
