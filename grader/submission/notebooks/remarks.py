"""What of a notebook was left out, or chosen among several, as facts; `notes.py` has the words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from grader.submission.notebooks.cells import Cell
from grader.submission.notebooks.chunks import Chunk

__all__ = ["remarks_on"]

_CODE_WORDS = ("def ", "class ", "import ", "from ", "@")
_Places = set[tuple[int, int]]


def remarks_on(
    cells: Sequence[Cell], chunks: Mapping[int, Sequence[Chunk]], kept: _Places, names: Iterable[str]
) -> dict[str, Any]:
    """Returns what is to be told of the cells, by the words of `notes.py`: lists of plain values.

    Args:
        chunks: by the numbers of the cells.
        kept: where the statements are that are taken.
        names: what the assignment asks for.
    """
    asked = set(names)
    remarks = [remark for cell in cells for remark in _on_cell(cell, chunks[cell.number], kept, asked)]
    every = [chunk for found in chunks.values() for chunk in found]
    answered = set().union(*(chunk.binds for chunk in every if chunk.place in kept and not chunk.is_stub))
    remarks += [
        _remark("text_unread", cell.number, names=names)
        for cell in cells
        if cell.problem is None or not cell.is_answer
        if (names := _seem_defined(cell, asked - answered))
    ]
    remarks += _on_tasks(every, kept, asked)
    return {
        "magics": [magic for cell in cells for magic in _magics(cell, chunks[cell.number], kept)],
        "problems": [cell.problem for cell in cells if cell.problem is not None and cell.kind == "code"],
        "unused": [left for cell in cells for left in _unused(cell, chunks[cell.number], kept)],
        "imports": list(dict.fromkeys(name for chunk in every for name in _unused_import(chunk, kept))),
        "remarks": remarks,
    }


def _unused_import(chunk: Chunk, kept: _Places) -> Iterator[str]:
    """Yields what a statement imports that nothing needs, by its whole name."""
    if chunk.place in kept or chunk.is_reserve:
        return
    if isinstance(chunk.node, ast.ImportFrom):
        yield from (f"{chunk.node.module or ''}.{alias.name}" for alias in chunk.node.names)
    elif isinstance(chunk.node, ast.Import):
        yield from (alias.name for alias in chunk.node.names)


def _remark(
    kind: str, cell: int, *, line: int | None = None, names: Iterable[str] = (), cells: Iterable[int] = ()
) -> Any:
    return {"kind": kind, "cell": cell, "line": line, "names": sorted(names), "cells": list(cells)}


def _on_cell(cell: Cell, chunks: Sequence[Chunk], kept: _Places, asked: set[str]) -> Iterator[Any]:
    yield from (_remark("await", cell.number, line=line) for line in cell.awaits)
    removed = [chunk for chunk in chunks if chunk.is_removal and not chunk.is_reserve]
    yield from (_remark("removal", chunk.cell, line=chunk.first) for chunk in removed)
    if cell.kind == "locked" or (cell.kind == "code" and cell.module is None):
        return
    kind = "written" if cell.module is not None else cell.kind
    taken = set().union(*(chunk.binds for chunk in chunks if chunk.place in kept))
    left = asked.intersection(*[set().union(*(chunk.binds for chunk in chunks if not chunk.is_stub))]) - taken
    if taken:
        yield _remark(f"{kind}_taken", cell.number, names=asked & taken or taken)
    if left:
        yield _remark(f"{kind}_left", cell.number, names=left)
    if cell.problem is not None and cell.is_answer and any(line.startswith(_CODE_WORDS) for line in cell.lines):
        yield _remark("text_broken", cell.number, line=cell.problem["line"])


def _seem_defined(cell: Cell, names: set[str]) -> set[str]:
    """Returns which names a text cell seems to define, though nothing of it was taken; a signature alone is none."""
    text = "\n".join(cell.text)
    body = r"[^\n]*:[^\n]*\n(?:[ \t]*\n)*[ \t>.]+\S"
    return {name for name in names if re.search(rf"\b(?:def|class) {name}\b{body}", text)}


def _on_tasks(chunks: Sequence[Chunk], kept: _Places, asked: set[str]) -> Iterator[Any]:
    """Yields which of several definitions of a task counts."""
    for name in sorted(asked):
        defined = [
            chunk for chunk in chunks if name in chunk.binds and not chunk.is_reserve and not chunk.is_never_taken
        ]
        taken = [chunk.cell for chunk in defined if chunk.place in kept]
        if len(set(taken)) > 1:
            yield _remark("twice", taken[-1], names=[name], cells=sorted(set(taken)))
        for chunk in defined:
            answers = [chunk.cell for chunk in chunks if name in chunk.binds and chunk.place in kept]
            if chunk.is_stub and chunk.place not in kept and answers and answers[-1] != chunk.cell:
                yield _remark("stub", chunk.cell, names=[name], cells=[answers[-1]])


def _magics(cell: Cell, chunks: Sequence[Chunk], kept: _Places) -> list[dict[str, Any]]:
    """Returns what only IPython understands; a module that a cell writes is no such thing if its code is taken."""
    is_read = cell.module is not None and (any(chunk.place in kept for chunk in chunks) or not chunks)
    if cell.kind != "code" or is_read:
        return []
    return cell.magics


def _unused(cell: Cell, chunks: Sequence[Chunk], kept: _Places) -> Iterator[dict[str, Any]]:
    if cell.kind != "code" or cell.module is not None:
        return
    told = [chunk for chunk in chunks if not chunk.is_import and not chunk.is_removal and not chunk.is_stub]
    left = [chunk for chunk in told if chunk.place not in kept]
    if left:
        lines = dict.fromkeys((chunk.first, chunk.last) for chunk in left)  # several may share one
        yield {"cell": cell.number, "is_whole_cell": len(left) == len(chunks), "lines": list(lines)}
