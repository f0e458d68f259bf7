"""Parses one cell of a notebook: what only IPython understands is taken out, and every other line keeps its number."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from grader.submission.notebooks.texts import PARSER_ERRORS, code_of_text, without_prompts

__all__ = ["PARSER_ERRORS", "Cell", "failed", "is_not_implemented", "parse_cell", "replace_statement"]

_MAX_MENDED_LINES = 100  # each costs one more parse of its cell
_MAGIC = re.compile(r"[ \t]*(?:%|!|\?|[\w.,\[\]\"' \t]+=[ \t]*[%!])|[,;/][ \t]*\w|.*[\w)\]]\?\??[ \t]*$")
_UNMARKED_MAGIC = re.compile(  # IPython takes these for magics without a `%`, where they are no Python
    r"(?:pip|conda|mamba|uv|cd|ls|ll|pwd|mkdir|rmdir|cat|cp|mv|rm|man|more|less|load_ext|reload_ext|autoreload"
    r"|matplotlib|pylab|config|env|run|time|timeit|who|whos|reset|history|pinfo|load|save|store)[ \t]+[^\s=(\[,]"
)
_MAGICS_OF_PYTHON = re.compile(r"%%(?:capture|prun|time)\b")
_WRITES_MODULE = re.compile(r"%%(?:writefile|file)\s+(?:-a\s+|--append\s+)?(['\"]?)([^'\"]+)\.py\1\s*$")
_RUNS_STATEMENT = re.compile(r"[ \t]*%(?:time|prun)[ \t]+(?=\S)")
_FUTURE = "__future__"
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(kw_only=True)
class Cell:
    """What was read of a cell; the fields are plain, so that they may be sent.

    Attributes:
        kind: `code`, `text` for a cell that Jupyter runs not, `locked` for such a one of which nothing counts, `test`
            for one that nbgrader calls a test.
        is_answer: nbgrader calls it a solution.
        lines: as they count.
        text: all lines of a text cell.
        tree: None if nothing of the cell is Python.
        module: the module that its code is written into by `%%writefile`, by the whole path: `content.mylib.ops`.
        futures: what `from __future__ import` names.
        magics: what was taken out, as `notes.Magic` has it.
        awaits: lines with statements that only IPython's own loop can run.
        problem: why the cell is no Python.
    """

    number: int
    kind: str = "code"
    is_answer: bool = False
    lines: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    tree: ast.Module | None = None
    module: str | None = None
    futures: list[str] = field(default_factory=list)
    magics: list[dict[str, Any]] = field(default_factory=list)
    awaits: list[int] = field(default_factory=list)
    problem: dict[str, Any] | None = None


def parse_cell(number: int, source: str, *, kind: str = "code", is_answer: bool = False) -> Cell:
    """Returns a cell with its tree, or with what is wrong with it. Raises nothing on account of the source."""
    lines = source.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    told = lines if kind in ("text", "locked") else []
    lines = [""] if kind == "locked" else code_of_text(lines) if kind == "text" else without_prompts(lines)
    cell = Cell(number=number, kind=kind, is_answer=is_answer, lines=lines, text=told)
    try:
        tree = _parsed(cell)
        if tree is not None:
            before = list(cell.lines)
            _take_out_awaits(cell, tree)
            _lift_futures(cell, tree)
            _blank_unwritten(cell.lines, tree)
            cell.tree = tree if cell.lines == before else ast.parse("\n".join(cell.lines))
            compile(cell.tree, "<cell>", "exec", dont_inherit=True)  # finds what the grammar alone lets pass
    except PARSER_ERRORS as error:
        failed(cell, error)
    return cell


def failed(cell: Cell, error: Exception) -> None:
    """Notes that a cell is no valid Python, so that nothing of it counts."""
    line = error.lineno if isinstance(error, SyntaxError) else None
    message = error.msg if isinstance(error, SyntaxError) else f"{type(error).__name__}: {error}"
    cell.problem, cell.tree = {"cell": cell.number, "line": line, "message": message}, None


def _parsed(cell: Cell) -> ast.Module | None:
    """Parses a cell, with `pass` for each line that only IPython understands; None if all of it is such.

    Only a line where the parser stops is looked at: what looks like a magic inside a string is none.
    """
    if not _is_python(cell):
        return None
    for _ in range(_MAX_MENDED_LINES):
        try:
            return ast.parse("\n".join(cell.lines))
        except SyntaxError as error:
            index = (error.lineno or 0) - 1
            if not 0 <= index < len(cell.lines) or not _is_magic(cell.lines[index]):
                raise
            _take_out_magic(cell, index)
    raise SyntaxError(f"it has more than {_MAX_MENDED_LINES} lines that are no Python")


def _is_python(cell: Cell) -> bool:
    """Looks at a `%%magic` in the first line, and takes it out."""
    lines = cell.lines
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if not lines[first].startswith("%%"):
        return True
    written = _WRITES_MODULE.match(lines[first])
    is_python = written is not None or _MAGICS_OF_PYTHON.match(lines[first]) is not None
    cell.module = _module_of(written[2]) if written else None
    _note_magic(cell, first, is_whole_cell=written is not None or not is_python)
    lines[first] = "pass"
    return is_python


def _module_of(path: str) -> str:
    """Returns `mylib.ops` for `./mylib/ops`; of an absolute path too all parts, as it is open where imports begin."""
    parts = [part for part in re.split(r"[/\\]", path.strip()) if part not in ("", ".", "..", "~")]
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def _is_magic(line: str) -> bool:
    return _MAGIC.match(line) is not None or _UNMARKED_MAGIC.match(line) is not None


def _note_magic(cell: Cell, index: int, *, is_whole_cell: bool) -> None:
    text = cell.lines[index].strip()[:80]
    cell.magics.append({"cell": cell.number, "line": index + 1, "text": text, "is_whole_cell": is_whole_cell})


def _take_out_magic(cell: Cell, index: int) -> None:
    """Replaces a line that is no Python; `%time x = f()` runs its statement, which is kept."""
    line = cell.lines[index]
    timed = _RUNS_STATEMENT.match(line)
    if timed is not None:
        with contextlib.suppress(*PARSER_ERRORS):
            ast.parse(line[timed.end() :])
            indent = line[: len(line) - len(line.lstrip())]
            cell.lines[index] = indent + line[timed.end() :]
            return
    _note_magic(cell, index, is_whole_cell=False)
    _blank_magic(cell.lines, index)


def _blank_magic(lines: list[str], index: int) -> None:
    """Replaces a line that is no Python, with the lines that a backslash joins to it, and keeps the indentation."""
    is_open = lines[index].rstrip().endswith("\\")
    indent = lines[index][: len(lines[index]) - len(lines[index].lstrip())]
    lines[index] = f"{indent}pass"
    while is_open and index + 1 < len(lines):
        index += 1
        is_open = lines[index].rstrip().endswith("\\")
        lines[index] = ""


def _take_out_awaits(cell: Cell, tree: ast.Module) -> None:
    """Takes out statements that await outside of a function: IPython runs them, a module cannot."""
    for node in reversed(tree.body):  # what stands after a statement in its line moves
        if any(
            isinstance(part, (ast.Await, ast.AsyncFor, ast.AsyncWith)) or _is_async(part) for part in _outside(node)
        ):
            cell.awaits.insert(0, node.lineno)
            replace_statement(cell.lines, node)


def _is_async(node: ast.AST) -> bool:
    return isinstance(node, ast.comprehension) and bool(node.is_async)


def _outside(statement: ast.AST) -> Iterator[ast.AST]:
    """Yields the parts of a statement that belong to no function."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, _SCOPES):
            yield node
            waiting += ast.iter_child_nodes(node)


def _lift_futures(cell: Cell, tree: ast.Module) -> None:
    """Takes `from __future__ import ...` out: it is valid at the top of a module only, and there it goes."""
    for node in reversed(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module == _FUTURE:
            replace_statement(cell.lines, node)
            cell.futures[:0] = [alias.name for alias in node.names]


def _blank_unwritten(lines: list[str], tree: ast.Module) -> None:
    """Takes out `raise NotImplementedError(...)` between definitions, which nbgrader leaves in a cell to be filled."""
    for node in reversed(tree.body):
        if is_not_implemented(node):
            replace_statement(lines, node)


def is_not_implemented(node: ast.stmt) -> bool:
    """Whether it is `raise NotImplementedError(...)`."""
    error = node.exc if isinstance(node, ast.Raise) else None
    error = error.func if isinstance(error, ast.Call) else error
    return isinstance(error, ast.Name) and error.id == "NotImplementedError"


def replace_statement(lines: list[str], node: ast.stmt, text: str = "pass") -> None:
    """Puts a text in the place of a statement, so that every other line keeps its number."""
    last = node.end_lineno or node.lineno
    before = lines[node.lineno - 1].encode()[: node.col_offset].decode()
    after = lines[last - 1].encode()[node.end_col_offset :].decode()
    lines[node.lineno - 1 : last] = [*[""] * (last - node.lineno), f"{before}{text}{after}"]
