"""Sifts the code of a notebook: which lines of which cells are the submission. Nothing of it is ever executed.

    cells -> parse_cell -> chunks_of -> needed -> parts, guarded where they may fail, and remarks

A hostile source can crash Python's parser or keep it busy for hours: files that were handed in are sifted by a process
of its own, `program.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.submission.notebooks.cells import PARSER_ERRORS, Cell, failed, parse_cell
from grader.submission.notebooks.chunks import Chunk, chunks_of
from grader.submission.notebooks.guards import GUARD, Guards
from grader.submission.notebooks.modules import join_written_modules
from grader.submission.notebooks.needs import needed
from grader.submission.notebooks.remarks import remarks_on
from grader.submission.notebooks.scripts import run_by_magic
from grader.submission.notebooks.stand_ins import stand_ins
from grader.submission.notebooks.writing import CellWriter, Part

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
    parsed += run_by_magic(parsed)
    join_written_modules(parsed)
    chunks = {cell.number: _chunks(cell) for cell in parsed}
    every = [chunk for found in chunks.values() for chunk in found]
    kept = needed(every, names)
    guards = Guards()
    parts = [part for cell in parsed for part in _parts(cell, chunks[cell.number], kept, guards)]
    return {
        "futures": list(dict.fromkeys(future for cell in parsed for future in cell.futures)),
        "guard": (GUARD if guards.count else "") + stand_ins(chunk for chunk in every if chunk.place in kept),
        "parts": parts,
        **remarks_on(parsed, chunks, kept, names),
    }


def _chunks(cell: Cell) -> list[Chunk]:
    try:
        return list(chunks_of(cell))
    except PARSER_ERRORS as error:
        failed(cell, error)
        return []


def _parts(cell: Cell, chunks: Sequence[Chunk], kept: set[tuple[int, int]], guards: Guards) -> list[Part]:
    is_whole = bool(chunks) and all(chunk.place in kept for chunk in chunks)
    writer = CellWriter(cell, guards, is_whole=is_whole)
    for chunk in chunks:
        if chunk.place in kept:
            writer.take(chunk)
        else:
            writer.leave_out()
    return writer.finish()
