"""Notebooks that were saved as scripts: by Jupytext, VS Code, nbconvert, Colab or Databricks. They are one cell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from grader.submission.notebooks.cells import Cell, parse_cell

__all__ = ["is_script_of_notebook", "run_by_magic"]

_MARKS = re.compile(
    r"^(?:#[ ]?%%"  # Jupytext, VS Code, Spyder, PyCharm
    r"|#[ ]?In[ ]?\[[ \d*]*\]"  # nbconvert
    r"|#[ ]COMMAND[ ]-{5,}|#[ ]Databricks[ ]notebook"
    r"|[ \t]*get_ipython\(\)"
    r"|[ \t]*[!%]{1,2}[a-zA-Z])",  # as Colab leaves what is no Python
    re.MULTILINE,
)
_MAGICS_OF_PYTHON = ("capture", "prun", "time")


def is_script_of_notebook(source: str) -> bool:
    """Whether a text bears a mark that only such scripts do; that it looks so to nobody else costs nothing."""
    return _MARKS.search(source.replace("\r\n", "\n").replace("\r", "\n")) is not None


def run_by_magic(cells: Sequence[Cell]) -> Iterator[Cell]:
    """Yields, as cells of their own, what nbconvert turned into `get_ipython().run_cell_magic('time', '', '...')`."""
    number = max((cell.number for cell in cells), default=0)
    for cell in cells:
        for node in cell.tree.body if cell.tree is not None else ():
            if (text := _text_of_magic(node)) is not None:
                number += 1
                yield parse_cell(number, "\n" * (node.lineno - 1) + text, is_answer=cell.is_answer)


def _text_of_magic(node: ast.stmt) -> str | None:
    match node:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")), attr="run_cell_magic"),
                args=[ast.Constant(value=magic), ast.Constant(), ast.Constant(value=str(text))],
            )
        ) if magic in _MAGICS_OF_PYTHON:
            return text
    return None
