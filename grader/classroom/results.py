"""The results of a class: read from the store, and written as files for people and other programs."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from grader.classroom.gradebook.gradebook import Gradebook
from grader.classroom.gradebook.grades import make_gradebook
from grader.classroom.gradebook.table import grades_csv
from grader.classroom.store.store import Store, open_store
from grader.course.course import Course
from grader.errors import UserError
from grader.files.names import file_names
from grader.files.writing import write_atomically

__all__ = ["open_results", "read_gradebook", "results_folder", "write_results"]


def results_folder(course: Course, out: Path | None) -> Path:
    """Returns where results are: the folder that was named, or `grades` in the course."""
    return out if out is not None else course.root / "grades"


def open_results(course: Course, out: Path | None = None, store_url: str | None = None) -> Gradebook:
    """Returns the gradebook as the store has it now.

    Raises:
        UserError: if there is no store, or it does not open.
    """
    with open_store(results_folder(course, out), store_url) as store:
        return read_gradebook(course, store)


def read_gradebook(course: Course, store: Store, slugs: list[str] | None = None) -> Gradebook:
    """Returns the gradebook of these assignments, or of all that somebody handed in or should have by now.

    Raises:
        UserError: if an assignment does not read or the store fails.
    """
    attempts, overrides, now = store.journal.attempts(), store.changes.overrides(), datetime.now(UTC)
    begun = {attempt.assignment for attempt in attempts} | {slug for _, slug in overrides}
    begun |= {slug for slug, deadline in course.rules.deadlines.items() if deadline < now}
    return make_gradebook(
        course.title,
        tuple(course.assignment(slug) for slug in course.slugs if slug in (begun if slugs is None else slugs)),
        course.rules,
        attempts,
        overrides,
        store.changes.remarks(),
        now,
    )


def write_results(gradebook: Gradebook, out: Path) -> None:
    """Writes `grades.csv` and `reports/<student>/<assignment>.json` into a folder.

    Raises:
        UserError: if it cannot be written.
    """
    try:
        write_atomically(out / "grades.csv", grades_csv(gradebook))
        folders = file_names([student.id for student in gradebook.students])
        for grade in gradebook.grades:
            path = out / "reports" / folders[grade.student] / f"{grade.assignment}.json"
            if grade.report is not None:
                write_atomically(path, msgspec.json.format(msgspec.json.encode(grade.report), indent=2) + b"\n")
            else:
                with contextlib.suppress(FileNotFoundError):
                    path.unlink()
        _remove_absent(out / "reports", set(folders.values()), gradebook)
    except OSError as error:
        raise UserError(f"The results cannot be written to `{out}`: {error.strerror}.") from error


def _remove_absent(reports: Path, folders: set[str], gradebook: Gradebook) -> None:
    """Takes away the reports that an earlier run wrote for whoever is not in the gradebook any more."""
    for folder in reports.iterdir() if reports.is_dir() else ():
        if folder.name in folders or folder.is_symlink() or not folder.is_dir():
            continue
        for assignment in gradebook.assignments:
            (folder / f"{assignment.slug}.json").unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # something else is in it
            folder.rmdir()
