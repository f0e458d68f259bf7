"""Reads a student's notebook as one Python module. Nothing of it is executed, and no parser of ours sees its code.

    bytes -> JSON -> the parts that matter, by type -> sifting (a process of its own) -> module and notes

Those statements are taken that define what the assignment asks for, and what these need: a plot, a training loop or an
import of what only they use would cost time. Cells that are text or tests are looked at for what no other cell defines.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from grader.errors import EngineFailedError, RefusedError
from grader.models import Text, Value
from grader.submission.notebooks import program
from grader.submission.notebooks.forms import MAX_NOTEBOOK_BYTES
from grader.submission.notebooks.notes import (
    SAVED_AS_A_SCRIPT,
    Leftout,
    Magic,
    Problem,
    Remark,
    Start,
    notes_of,
    places_of,
)

__all__ = ["NotebookSource", "read_notebook", "read_script", "without_outputs"]

_MAX_CODE_BYTES = 4 << 20
_FORMAT = 4
_WAIT_S = 6 * program.CPU_S
_RAN_OUT = "The code of `{path}` keeps Python's own parser too busy, or makes it fail. Hand in plain source code."


class NotebookSource(Value, frozen=True, kw_only=True):
    """The code of a notebook.

    Attributes:
        source: the module. `# Cell 3, line 5` stands above what comes from there; cells count from 1, text cells too.
        notes: what was left out and why, for the student.
        places: where each cell's code is among the module's lines; None if there is no code.
    """

    source: bytes
    notes: tuple[Text, ...]
    places: Text | None


class _Nbgrader(msgspec.Struct):
    grade: bool = False
    solution: bool = False
    grade_id: object = None

    @property
    def is_test(self) -> bool:
        return self.grade and not self.solution


class _CellMetadata(msgspec.Struct):
    nbgrader: _Nbgrader | None = None


class _Cell(msgspec.Struct):
    """What is read of a cell; all else, outputs above all, is passed over."""

    cell_type: str
    source: str | list[str] | None
    metadata: _CellMetadata | None = None

    @property
    def text(self) -> str:
        return "".join(self.source or "")

    @property
    def tags(self) -> _Nbgrader | None:
        return self.metadata.nbgrader if self.metadata is not None else None


class _Kernel(msgspec.Struct):
    language: str | None = None


class _LanguageInfo(msgspec.Struct):
    name: str | None = None


class _Metadata(msgspec.Struct):
    kernelspec: _Kernel = msgspec.field(default_factory=_Kernel)
    language_info: _LanguageInfo = msgspec.field(default_factory=_LanguageInfo)


class _Notebook(msgspec.Struct):
    cells: list[_Cell]
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class _Part(Value, frozen=True, kw_only=True):
    cell: int
    line: int
    head: str
    source: str


class _Sifted(Value, frozen=True, kw_only=True):
    futures: tuple[str, ...]
    guard: str
    magics: tuple[Magic, ...]
    problems: tuple[Problem, ...]
    parts: tuple[_Part, ...]
    unused: tuple[Leftout, ...]
    imports: tuple[str, ...]
    remarks: tuple[Remark, ...]


def read_notebook(content: bytes, path: Path, names: tuple[str, ...] = ()) -> NotebookSource:
    """Returns the code of a notebook as the text of one module.

    Args:
        path: for messages.
        names: what the assignment asks for; without any, every definition is taken.

    Raises:
        RefusedError: if it is no Python notebook, or too large, or its code cannot be parsed at all.
        EngineFailedError: if the parsing process could not do its work.
    """
    _, notebook = _decoded(content, path)
    return _taken(_cells(notebook, names, path), tuple(_twins(notebook)), names, path)


def read_script(source: str, path: Path, names: tuple[str, ...] = ()) -> NotebookSource:
    """Returns the code of a notebook that was saved as a script, which is one cell. Arguments and errors likewise."""
    cell = {"number": 1, "source": source, "kind": "code", "is_answer": False}
    taken = _taken([cell], (), names, path)
    return msgspec.structs.replace(taken, notes=(SAVED_AS_A_SCRIPT, *taken.notes))


def _taken(
    cells: list[dict[str, Any]], twins: tuple[Remark, ...], names: tuple[str, ...], path: Path
) -> NotebookSource:
    sifted = _sift(cells, names, path)
    lines, starts = _module(sifted)
    notes = notes_of(sifted.magics, sifted.problems, sifted.unused, (*sifted.remarks, *twins), imports=sifted.imports)
    return NotebookSource(source=("\n".join(lines) + "\n").encode(), notes=notes, places=places_of(starts))


def without_outputs(content: bytes, path: Path) -> bytes:
    """Returns a notebook with its cells as they are and nothing of what they once printed or showed.

    Raises:
        RefusedError: as `read_notebook` does.
    """
    document, _ = _decoded(content, path)
    for cell in document["cells"]:
        if "outputs" in cell:
            cell |= {"outputs": [], "execution_count": None}
    try:
        return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    except UnicodeEncodeError:
        raise RefusedError(f"`{path}` holds half a character. Type that part again.") from None


def _decoded(content: bytes, path: Path) -> tuple[dict[str, Any], _Notebook]:
    if len(content) > MAX_NOTEBOOK_BYTES:
        raise RefusedError(
            f"`{path}` is larger than {MAX_NOTEBOOK_BYTES >> 20} MiB. Clear the outputs of its cells and save it again."
        )
    try:
        document = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_without_twins, parse_constant=_refuse)
        document = _upgraded(document, path)
        notebook = msgspec.convert(document, _Notebook)
    except RecursionError:
        raise RefusedError(f"`{path}` is nested too deeply to be a notebook. Save it again in Jupyter.") from None
    except (ValueError, msgspec.ValidationError) as error:
        raise RefusedError(f"`{path}` is no valid notebook: {_short(error)}. Save it again in Jupyter.") from error
    language = notebook.metadata.kernelspec.language or notebook.metadata.language_info.name or "python"
    if language.lower() not in ("python", "ipython"):
        raise RefusedError(f"`{path}` is a notebook for {language[:40]!r}, not for Python.")
    return document, notebook


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers of one file may take two different values of a key that comes twice."""
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key comes twice in one object")
    return values


def _refuse(constant: str) -> None:
    raise ValueError(f"`{constant}` is no JSON")


def _upgraded(document: object, path: Path) -> dict[str, Any]:
    """Returns a notebook in the present format, to which nbformat brings one of an older format.

    The schema of nbformat is not asked: it refuses notebooks that Jupyter opens.
    """
    if not isinstance(document, dict) or type(version := document.get("nbformat")) is not int:
        raise ValueError("it has no `nbformat`")
    if version > _FORMAT:
        raise RefusedError(
            f"`{path}` has notebook format {version}; Gradus reads up to {_FORMAT}. Save it in an older format."
        )
    return document if version == _FORMAT else _converted(document, version)


def _converted(document: dict[str, Any], version: int) -> dict[str, Any]:
    import nbformat  # a quarter of a second, and rarely needed

    try:
        # Read again, which joins the lines that an old notebook has in lists, as Jupyter does.
        return dict(nbformat.reads(json.dumps(document), as_version=_FORMAT))  # type: ignore[no-untyped-call]
    except RecursionError:
        raise
    except Exception as error:  # whatever its upgrade stumbles over, the notebook is none
        raise ValueError(f"it cannot be read as format {version}: {type(error).__name__}") from error


def _short(error: Exception) -> str:
    return str(error)[:200].rstrip(".")


def _cells(notebook: _Notebook, names: tuple[str, ...], path: Path) -> list[dict[str, Any]]:
    """Returns the cells that may hold an answer, by what they are."""
    cells, size = list[dict[str, Any]](), 0
    for number, cell in enumerate(notebook.cells, 1):
        kind, is_answer = _kind(cell, names)
        if kind is None:
            continue
        try:
            size += len(cell.text.encode())
        except UnicodeEncodeError:
            raise RefusedError(f"`{path}`, cell {number}: it holds half a character. Type that part again.") from None
        cells.append({"number": number, "source": cell.text, "kind": kind, "is_answer": is_answer})
    if size > _MAX_CODE_BYTES:
        raise RefusedError(f"The code of `{path}` is larger than {_MAX_CODE_BYTES >> 20} MiB.")
    return cells


def _kind(cell: _Cell, names: tuple[str, ...]) -> tuple[str | None, bool]:
    """Returns a cell's kind, None for what has no code; and whether it is an answer."""
    tags = cell.tags or _Nbgrader()
    if cell.cell_type == "code":
        return "test" if tags.is_test else "code", tags.solution
    is_own = cell.tags is None or tags.solution
    has_name = any(f"def {name}" in cell.text or f"class {name}" in cell.text for name in names)
    if is_own and (tags.solution or has_name):
        return "text", tags.solution
    return "locked" if has_name else None, False


def _twins(notebook: _Notebook) -> Iterator[Remark]:
    """Yields the cells of one id, which nbgrader gives once; a copied cell keeps it."""
    cells: dict[str, list[int]] = {}
    for number, cell in enumerate(notebook.cells, 1):
        if cell.tags is not None and isinstance(cell.tags.grade_id, str) and cell.tags.grade_id:
            cells.setdefault(cell.tags.grade_id, []).append(number)
    for grade_id, numbers in cells.items():
        if len(numbers) > 1:
            yield Remark(kind="twin", cell=numbers[-1], names=(grade_id[:80],), cells=tuple(numbers))


def _sift(cells: list[dict[str, Any]], names: tuple[str, ...], path: Path) -> _Sifted:
    command = [sys.executable, "-I", "-W", "ignore", str(Path(program.__file__))]
    request = json.dumps({"cells": cells, "names": names}).encode()
    try:
        done = subprocess.run(command, input=request, capture_output=True, timeout=_WAIT_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineFailedError(f"the code of a notebook could not be sorted: {error}") from error
    if done.returncode < 0:  # the parser crashed or ran out of its time: it was the source that did it
        raise RefusedError(_RAN_OUT.format(path=path))
    try:
        return msgspec.json.decode(done.stdout, type=_Sifted)
    except msgspec.MsgspecError as error:
        reason = done.stderr.decode("utf-8", "replace")[-500:]
        raise EngineFailedError(f"the code of a notebook could not be sorted: {reason}") from error


def _module(sifted: _Sifted) -> tuple[list[str], list[Start]]:
    """Returns the module's lines, and where in it each part of a cell starts.

    The first two are ours: there Python looks for an encoding, and that of a cell would mean nothing.
    """
    lines, starts = ["# The code of a notebook, in the order of its cells.", ""], list[Start]()
    if sifted.futures:
        lines.append(f"from __future__ import {', '.join(sifted.futures)}")
    lines += sifted.guard.splitlines()
    for part in sifted.parts:
        lines.append(part.head)
        starts.append(Start(cell=part.cell, line=part.line, module_line=len(lines) + 1))
        lines += part.source.split("\n")
    return lines, starts
