"""`learn export`: what goes to stdout, what to a file, and what is said beside it."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable
from pathlib import Path

import click
import click.testing
import pytest

from grader.classroom import results
from grader.classroom.gradebook.gradebook import Gradebook
from grader.classroom.gradebook.table import grades_csv
from grader.commands import main as cli
from grader.course.course import Course
from grader.export.formats import FORMATS
from tests.support.gradebooks import make_gradebook

Learn = Callable[..., click.testing.Result]


@pytest.fixture
def graded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path | None, str | None]]:
    """Puts a gradebook where the store's would come from, and keeps what was asked for."""
    asked: list[tuple[Path | None, str | None]] = []

    def opened(_: Course, out: Path | None = None, store_url: str | None = None) -> Gradebook:
        asked.append((out, store_url))
        return make_gradebook()

    monkeypatch.setattr(results, "open_results", opened)
    return asked


def test_formats_of_the_option_are_those_that_there_are() -> None:
    option = next(parameter for parameter in cli.main.commands["export"].params if parameter.name == "name")

    assert isinstance(option.type, click.Choice)
    assert set(option.type.choices) == {*FORMATS, "nbgrader"}


def test_table_of_grades_goes_to_stdout_by_default(learn: Learn, graded: list[object]) -> None:
    result = learn("export")

    assert result.exit_code == 0
    assert result.stdout_bytes == grades_csv(make_gradebook())
    assert result.stderr == ""


def test_json_on_stdout_is_one_document(learn: Learn, graded: list[object]) -> None:
    assert json.loads(learn("export", "--to", "json").stdout)["format_version"] == 1


def test_what_is_left_out_is_told_on_stderr(learn: Learn, graded: list[object], tmp_path: Path) -> None:
    path = tmp_path / "new" / "canvas.csv"
    result = learn("export", "--to", "canvas", "--file", str(path))

    assert result.exit_code == 0
    assert result.stdout == f"{path}\n"
    assert path.read_bytes().startswith(b"Student,ID,")
    assert "is left out" in result.stderr


def test_store_and_folder_are_handed_on(learn: Learn, graded: list[tuple[Path | None, str | None]]) -> None:
    learn("export", "--out", "elsewhere", "--store", "sqlite:///x.db")

    assert graded == [(Path("elsewhere"), "sqlite:///x.db")]


def test_zip_goes_to_a_file_of_the_results(learn: Learn, graded: list[object], toy: Course) -> None:
    result = learn("export", "--to", "gradescope")

    path = toy.root / "grades" / "export" / "gradescope.zip"
    assert result.stdout == f"{path}\n"
    assert path.read_bytes().startswith(b"PK")


def test_database_is_written_by_nbgraders_export(
    learn: Learn, graded: list[object], toy: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[Gradebook, Path]] = []
    module = types.ModuleType("grader.export.nbgrader")
    module.write_nbgrader = lambda gradebook, path: written.append((gradebook, path))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "grader.export.nbgrader", module)

    assert learn("export", "--to", "nbgrader", "--file", "nb/gradebook.db").exit_code == 0
    assert learn("export", "--to", "nbgrader").exit_code == 0
    expected = [Path("nb/gradebook.db"), toy.root / "grades" / "export" / "gradebook.db"]
    assert written == [(make_gradebook(), path) for path in expected]


def test_unwritable_file_exits_2_and_names_it(learn: Learn, graded: list[object], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    result = learn("export", "--file", str(tmp_path / "file" / "grades.csv"))

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr and "--file" in result.stderr


def test_course_without_results_exits_2(learn: Learn) -> None:
    result = learn("export")

    assert result.exit_code == 2
    assert "learn grade" in result.stderr


def test_unknown_format_exits_2(learn: Learn) -> None:
    assert learn("export", "--to", "blackboard").exit_code == 2
