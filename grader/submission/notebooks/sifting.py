"""Sifts the code of a notebook: which lines of which cells are the submission. Nothing of it is ever executed.

    cells -> parse_cell -> chunks_of -> needed -> parts, guarded where they may fail, and remarks

A hostile source can crash Python's parser or keep it busy for hours: files that were handed in are sifted by a process
of its own, `program.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from grader.submission.notebooks.cells import PARSER_ERRORS, Cell, failed, parse_cell
from grader.submission.notebooks.chunks import Chunk, chunks_of
from grader.submission.notebooks.guards import GUARD, Guards, indented
from grader.submission.notebooks.modules import join_written_modules
from grader.submission.notebooks.needs import needed
from grader.submission.notebooks.remarks import remarks_on

__all__ = ["sift"]


def sift(cells: list[dict[str, Any]], names: list[str]) -> dict[str, Any]:
    """Returns which lines of a notebook's cells are the submission, and what of it is told to the student.

    Args:
        cells: each with `number`, `source`, `kind` and `is_answer`, as `cells.Cell` has them.
        names: what the assignment asks for; if there are none, every definition is asked for.
    """
    parsed = [
        parse_cell(cell["number"], cell["source"], kind=cell["kind"], is_answer=cell["is_answer"]) for cell in cells
    ]
    join_written_modules(parsed)
    chunks = {cell.number: _chunks(cell) for cell in parsed}
    kept = needed([chunk for found in chunks.values() for chunk in found], names)
    guards = Guards()
    parts = [part for cell in parsed for part in _parts(cell, chunks[cell.number], kept, guards)]
    return {
        "futures": list(dict.fromkeys(future for cell in parsed for future in cell.futures)),
        "guard": GUARD,
        "parts": parts,
        **remarks_on(parsed, chunks, kept, names),
    }


def _chunks(cell: Cell) -> list[Chunk]:
    try:
        return list(chunks_of(cell))
    except PARSER_ERRORS as error:
        failed(cell, error)
        return []


def _parts(cell: Cell, chunks: Sequence[Chunk], kept: set[tuple[int, int]], guards: Guards) -> Iterator[dict[str, Any]]:
    """Yields the lines of a cell that are taken, with comments where nothing between two statements was left out."""
    lines = list(cell.lines)
    for first, last, is_guarded in _spans(cell, chunks, kept, guards, lines):
        if any(line.strip() for line in lines[first - 1 : last]):
            source = "\n".join(lines[first - 1 : last])
            yield {"cell": cell.number, "line": first, "source": source, "is_guarded": is_guarded}


def _spans(
    cell: Cell, chunks: Sequence[Chunk], kept: set[tuple[int, int]], guards: Guards, lines: list[str]
) -> Iterator[tuple[int, int, bool]]:
    """Yields first line, last line and whether a guard stands above; guards the lines that have theirs within."""
    is_whole = bool(chunks) and all(chunk.place in kept for chunk in chunks)
    start, end = (1 if is_whole else 0), 0
    for chunk in chunks:
        if chunk.place not in kept:
            if start and end:
                yield start, end, False
            start = end = 0
            continue
        start = start or chunk.first
        if not guards.needs_guard(chunk):
            end = chunk.last
        elif chunk.is_simple:
            lines[chunk.first - 1] = f"with _Cell({cell.number}, {chunk.first}): {lines[chunk.first - 1]}"
            end = chunk.last
        else:
            if start < chunk.first:
                yield start, chunk.first - 1, False
            lines[chunk.first - 1 : chunk.last] = indented(lines, chunk)
            yield chunk.first, chunk.last, True
            start, end = chunk.last + 1, 0
    if start and (end or is_whole):
        yield start, len(lines) if is_whole else end, False
