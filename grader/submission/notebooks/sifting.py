"""Sifts the code of a notebook: which lines of which cells are the submission. Nothing of it is ever executed.

`reading.py` runs this file as a program of its own, without the rest of Gradus: a hostile source can crash Python's
parser or keep it busy for hours, and must then take nothing but this process with it.
"""

from __future__ import annotations

import ast
import contextlib
import json
import re
import symtable
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["CPU_S", "names_in", "sift"]

CPU_S = 10
_MEMORY_BYTES = 2 << 30
_MAX_MENDED_LINES = 100  # each costs one more parse of its cell
_MAGIC = re.compile(r"[ \t]*(?:%|!|\?|[\w.,\[\]\"' \t]+=[ \t]*[%!])|.*[\w)\]]\?\??[ \t]*$")
_MAGICS_OF_PYTHON = re.compile(r"%%(?:capture|prun|time)\b")
_FUTURE = "__future__"
_PARSER_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)


@dataclass(frozen=True, kw_only=True)
class _Chunk:
    """Whole lines of a cell: one top-level statement, or several that share a line.

    Attributes:
        binds: the names that it gives a value, or changes an item or attribute of.
        uses: the names that it looks up in the module.
        is_root: kept whoever uses it.
        is_import: nothing but imports, which nobody misses.
    """

    cell: int
    first: int
    last: int
    binds: frozenset[str]
    uses: frozenset[str]
    is_root: bool
    is_import: bool

    @property
    def place(self) -> tuple[int, int]:
        return self.cell, self.first


@dataclass(kw_only=True)
class _Sieve:
    """What was found so far; its fields are what the program answers with."""

    futures: list[str] = field(default_factory=list)
    magics: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    lines: dict[int, list[str]] = field(default_factory=dict)
    chunks: list[_Chunk] = field(default_factory=list)

    def take(self, number: int, source: str, *, is_solution: bool, is_everything_root: bool) -> None:
        lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        try:
            tree = self._parsed(number, lines)
            if tree is None:
                return
            self._lift_futures(lines, tree)
            _blank_unwritten(lines, tree)
            compile("\n".join(lines), "<cell>", "exec", dont_inherit=True)  # finds what the grammar alone lets pass
            chunks = list(_chunks(number, lines, tree, is_solution, is_everything_root))
        except _PARSER_ERRORS as error:
            line = error.lineno if isinstance(error, SyntaxError) else None
            message = error.msg if isinstance(error, SyntaxError) else f"{type(error).__name__}: {error}"
            self.problems.append({"cell": number, "line": line, "message": message})
            return
        self.lines[number] = lines
        self.chunks += chunks

    def _parsed(self, number: int, lines: list[str]) -> ast.Module | None:
        """Parses a cell, with `pass` for each line that only IPython understands; None if all of it is such.

        Only a line where the parser stops is looked at: what looks like a magic inside a string is none.
        """
        first = next((index for index, line in enumerate(lines) if line.strip()), 0)
        if lines[first].startswith("%%"):
            is_python = _MAGICS_OF_PYTHON.match(lines[first]) is not None
            self._note_magic(number, first, lines[first], is_whole_cell=not is_python)
            if not is_python:
                return None
            lines[first] = "pass"
        for _ in range(_MAX_MENDED_LINES):
            try:
                return ast.parse("\n".join(lines))
            except SyntaxError as error:
                index = (error.lineno or 0) - 1
                if not 0 <= index < len(lines) or not _MAGIC.match(lines[index]):
                    raise
                self._note_magic(number, index, lines[index], is_whole_cell=False)
                _blank_magic(lines, index)
        raise SyntaxError(f"it has more than {_MAX_MENDED_LINES} lines that are no Python")

    def _note_magic(self, number: int, index: int, text: str, *, is_whole_cell: bool) -> None:
        self.magics.append(
            {"cell": number, "line": index + 1, "text": text.strip()[:80], "is_whole_cell": is_whole_cell}
        )

    def _lift_futures(self, lines: list[str], tree: ast.Module) -> None:
        """Takes `from __future__ import ...` out: it is valid at the top of a module only, and there it goes."""
        for node in tree.body:
            if not isinstance(node, ast.ImportFrom) or node.module != _FUTURE:
                continue
            _blank_statement(lines, node)
            self.futures += [alias.name for alias in node.names if alias.name not in self.futures]

    def kept(self, names: Iterable[str]) -> set[tuple[int, int]]:
        """Returns where the chunks are that are roots or bind one of these names, and what they need, however deep."""
        kept: set[tuple[int, int]] = set()
        wanted = {"*", *names}
        waiting = self.chunks
        while found := [chunk for chunk in waiting if chunk.is_root or chunk.binds & wanted]:
            kept |= {chunk.place for chunk in found}
            wanted = wanted.union(*(chunk.uses for chunk in found))
            waiting = [chunk for chunk in waiting if chunk.place not in kept]
        return kept


def _blank_unwritten(lines: list[str], tree: ast.Module) -> None:
    """Takes out `raise NotImplementedError(...)` between definitions, which nbgrader leaves in a cell to be filled.

    In a notebook it stops its own cell; in a module it would stop them all.
    """
    for node in tree.body:
        if isinstance(node, ast.Raise) and ast.unparse(node).startswith("raise NotImplementedError"):
            _blank_statement(lines, node)


def _blank_statement(lines: list[str], node: ast.stmt) -> None:
    """Puts `pass` in its place, so that every other line keeps its number."""
    last = node.end_lineno or node.lineno
    before = lines[node.lineno - 1].encode()[: node.col_offset].decode()
    after = lines[last - 1].encode()[node.end_col_offset :].decode()
    lines[node.lineno - 1 : last] = [*[""] * (last - node.lineno), f"{before}pass{after}"]


def _blank_magic(lines: list[str], index: int) -> None:
    """Replaces a line that is no Python, with the lines that a backslash joins to it, and keeps the indentation."""
    is_open = lines[index].rstrip().endswith("\\")
    indent = lines[index][: len(lines[index]) - len(lines[index].lstrip())]
    lines[index] = f"{indent}pass"
    while is_open and index + 1 < len(lines):
        index += 1
        is_open = lines[index].rstrip().endswith("\\")
        lines[index] = ""


def _chunks(
    number: int, lines: list[str], tree: ast.Module, is_solution: bool, is_everything_root: bool
) -> Iterator[_Chunk]:
    spans = [(1, len(lines), tree.body)] if is_solution and tree.body else _spans(tree)
    for first, last, nodes in spans:
        binds, uses = names_in("\n".join(lines[first - 1 : last]), nodes)
        is_definition = any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) for node in nodes)
        is_root = is_solution or (is_everything_root and is_definition)
        if binds or uses or is_root:  # or else it is a text, a number or `pass`
            yield _Chunk(
                cell=number,
                first=first,
                last=last,
                binds=binds,
                uses=uses,
                is_root=is_root,
                is_import=all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in nodes),
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


def names_in(text: str, nodes: list[ast.stmt]) -> tuple[frozenset[str], frozenset[str]]:
    """Returns what the statements bind in the module and what they look up there, as the compiler sees it."""
    module = symtable.symtable(text, "<cell>", "exec")
    binds = {symbol.get_name() for symbol in module.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    uses = {symbol.get_name() for symbol in module.get_symbols() if symbol.is_referenced()}
    waiting = list(module.get_children())
    while waiting:
        table = waiting.pop()
        uses |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
        waiting += table.get_children()
    for node in nodes:
        binds |= set(_changed_names(node))
    return frozenset(binds), frozenset(uses)


def _changed_names(node: ast.stmt) -> Iterator[str]:
    """Yields `*` for an import of everything, and the names whose items or attributes a statement sets."""
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        yield "*"
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return
    for part in ast.walk(node):
        if isinstance(part, (ast.Attribute, ast.Subscript)) and isinstance(part.ctx, ast.Store):
            base: ast.expr = part
            while isinstance(base, (ast.Attribute, ast.Subscript)):
                base = base.value
            if isinstance(base, ast.Name):
                yield base.id


def sift(cells: list[dict[str, Any]], names: list[str]) -> dict[str, Any]:
    """Returns which lines of a notebook's cells are the submission, and what of it is told to the student.

    Args:
        cells: the code cells, each with `number`, `source` and `is_solution`.
        names: what the assignment asks for; if there are none, every definition is asked for.
    """
    sieve = _Sieve()
    for cell in cells:
        sieve.take(cell["number"], cell["source"], is_solution=cell["is_solution"], is_everything_root=not names)
    kept = sieve.kept(names)
    parts = []
    unused = []
    for number, lines in sieve.lines.items():
        chunks = [chunk for chunk in sieve.chunks if chunk.cell == number]
        spans = _joined(kept, chunks, len(lines))
        for first, last in spans:
            parts.append({"cell": number, "line": first, "source": "\n".join(lines[first - 1 : last])})
        left = [(chunk.first, chunk.last) for chunk in chunks if chunk.place not in kept and not chunk.is_import]
        if left:
            unused.append({"cell": number, "is_whole_cell": len(left) == len(chunks), "lines": left})
    return {
        "futures": sieve.futures,
        "magics": sieve.magics,
        "problems": sieve.problems,
        "parts": parts,
        "unused": unused,
    }


def _joined(kept: set[tuple[int, int]], chunks: list[_Chunk], count: int) -> list[tuple[int, int]]:
    """Returns the kept lines of a cell, comments included where nothing between two chunks was left out."""
    if all(chunk.place in kept for chunk in chunks):
        return [(1, count)] if chunks else []
    spans: list[tuple[int, int]] = []
    previous = None
    for index, chunk in enumerate(chunks):
        if chunk.place not in kept:
            continue
        if previous == index - 1 and spans:
            spans[-1] = (spans[-1][0], chunk.last)
        else:
            spans.append((chunk.first, chunk.last))
        previous = index
    return spans


def _limit_resources() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    request = json.loads(sys.stdin.buffer.read())
    _limit_resources()
    sys.stdout.buffer.write(json.dumps(sift(request["cells"], request["names"])).encode())


if __name__ == "__main__":
    main()
