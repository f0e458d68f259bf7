"""Writes the pages into files."""

from __future__ import annotations

from pathlib import Path

from grader.classroom.gradebook.gradebook import Gradebook
from grader.errors import UserError
from grader.files.names import file_names
from grader.files.writing import write_atomically
from grader.report.pages import class_page, language_of, student_page

__all__ = ["write_class_page", "write_student_pages"]


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
            "Run `pip install 'gradus-torch[class]'`."
        ) from error
    _write(path, page)
    return path


def write_student_pages(gradebook: Gradebook, folder: Path) -> tuple[Path, ...]:
    """Writes a page for each student, in the language of most of the student's reports.

    Raises:
        UserError: if one cannot be written.
    """
    names = file_names([student.id for student in gradebook.students])
    paths = []
    for student_id, name in names.items():
        path = folder / f"{name}.html"
        _write(path, student_page(gradebook, student_id, language_of(gradebook, student_id)))
        paths.append(path)
    return tuple(paths)


def _write(path: Path, page: str) -> None:
    try:
        write_atomically(path, page.encode())
    except OSError as error:
        raise UserError(
            f"`{path}` cannot be written: {error.strerror or error}. Choose another place with `--out` or `--html`."
        ) from error
