"""Writes the pages. A student's file name is safe on every file system, and nobody's page replaces another's."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from pathlib import Path

from grader.errors import UserError
from grader.files import write_atomically
from grader.gradebook import Gradebook
from grader.report.pages import class_page, language_of, student_page

__all__ = ["page_names", "write_class_page", "write_student_pages"]

_UNSAFE = re.compile(r"^\.|[^\w@+=,.-]")
_MAX_BYTES = 120
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
"""Names that Windows takes for devices, whatever follows the dot."""


def write_class_page(gradebook: Gradebook, path: Path) -> Path:
    """Writes the class's page and returns where it is.

    Raises:
        UserError: if plotly is not installed, or the file cannot be written.
    """
    try:
        page = class_page(gradebook)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "plotly":
            raise
        raise UserError(
            "The Python package `plotly` is missing, which draws the charts of the report. "
            "Run `pip install 'gradus[class]'`."
        ) from error
    _write(path, page)
    return path


def write_student_pages(gradebook: Gradebook, folder: Path) -> tuple[Path, ...]:
    """Writes a page for each student, in the language of most of the student's reports.

    Raises:
        UserError: if one cannot be written.
    """
    names = page_names([student.id for student in gradebook.students])
    paths = []
    for student_id, name in names.items():
        path = folder / name
        _write(path, student_page(gradebook, student_id, language_of(gradebook, student_id)))
        paths.append(path)
    return tuple(paths)


def page_names(student_ids: list[str]) -> dict[str, str]:
    """Returns a file name for each id: the id itself where that is safe and no other's, or else with a hash."""
    stems = {student_id: _stem(student_id) for student_id in student_ids}
    hashed = {student_id: f"{stem or 'student'}-{_hash(student_id)}" for student_id, stem in stems.items()}
    uses = Counter(name.casefold() for name in (*stems.values(), *hashed.values()))
    return {
        student_id: f"{stem if stem and stem == student_id and uses[stem.casefold()] == 1 else hashed[student_id]}.html"
        for student_id, stem in stems.items()
    }


def _stem(student_id: str) -> str:
    stem = _UNSAFE.sub("_", unicodedata.normalize("NFC", student_id))
    while len(stem.encode()) > _MAX_BYTES:
        stem = stem[:-1]
    return f"_{stem}" if stem.casefold().partition(".")[0] in _RESERVED else stem


def _hash(student_id: str) -> str:
    return hashlib.sha256(student_id.encode(errors="surrogatepass")).hexdigest()[:10]


def _write(path: Path, page: str) -> None:
    try:
        write_atomically(path, page.encode())
    except OSError as error:
        raise UserError(
            f"`{path}` cannot be written: {error.strerror or error}. Choose another place with `--out` or `--html`."
        ) from error
