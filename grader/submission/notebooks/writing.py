"""Writes down what is taken of a cell: its lines, guarded where they may fail, and where each part starts."""

from __future__ import annotations

from typing import TypedDict

from grader.submission.notebooks.cells import Cell
from grader.submission.notebooks.chunks import Chunk
from grader.submission.notebooks.guards import Guards, guard_line, indented

__all__ = ["CellWriter", "Part"]


class Part(TypedDict):
    """Lines of a cell, from `line` on unless they are made of that line; `head` goes above them."""

    cell: int
    line: int
    head: str
    source: str


class CellWriter:
    """Takes the statements of a cell in their order.

    Args:
        is_whole: everything will be taken, so that comments at both ends are.
    """

    def __init__(self, cell: Cell, guards: Guards, *, is_whole: bool) -> None:
        self._cell = cell.number
        self._lines = list(cell.lines)
        self._guards = guards
        self._is_whole = is_whole
        self._start = 1 if is_whole else 0  # of lines that are taken and not yet written; 0 for none
        self._end = 0
        self._parts: list[Part] = []

    def take(self, chunk: Chunk) -> None:
        """Takes a statement, with the comments above it if what stands above them is taken too."""
        guard = guard_line(chunk) if self._guards.needs_guard(chunk) else ""
        self._start = self._start or chunk.first
        if chunk.text is not None:
            self._write_alone(chunk, f"{guard} {chunk.text}".lstrip())
        elif guard and not chunk.is_simple:
            self._write_lines(chunk.first - 1)
            self._add(chunk.first, "\n".join(indented(self._lines, chunk)), head=guard)
            self._start = chunk.last + 1
        elif guard:
            self._lines[chunk.first - 1] = f"{guard} {self._lines[chunk.first - 1]}"
        self._end = chunk.last

    def leave_out(self) -> None:
        """Ends the lines that stand together."""
        self._write_lines(self._end)
        self._start = 0

    def finish(self) -> list[Part]:
        self._write_lines(len(self._lines) if self._is_whole else self._end)
        return self._parts

    def _write_alone(self, chunk: Chunk, text: str) -> None:
        """Writes a statement that shares its line into a line of its own."""
        self._write_lines(chunk.first - 1)
        if self._parts and self._parts[-1]["line"] == chunk.first:
            self._parts[-1]["source"] += f"\n{text}"
        else:
            self._add(chunk.first, text)
        self._start = chunk.last + 1

    def _write_lines(self, last: int) -> None:
        lines = self._lines[self._start - 1 : last] if self._start else []
        if any(line.strip() and not line.lstrip().startswith("#") for line in lines):
            self._add(self._start, "\n".join(lines))

    def _add(self, line: int, source: str, *, head: str = "") -> None:
        where = f", line {line}" if line > 1 else ""
        self._parts.append(Part(cell=self._cell, line=line, head=head or f"# Cell {self._cell}{where}", source=source))
