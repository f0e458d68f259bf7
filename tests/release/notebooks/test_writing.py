"""The notebooks that Gradus writes: valid, stable, a cell for every task, and nothing hidden in the students' form."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.course.course import Course
from grader.errors import CourseError
from grader.release.notebooks.writing import notebook_files
from grader.submission.notebooks.reading import read_notebook

_SHIPPED = Course(Path(__file__).parents[3])


def _cells(files: dict[str, bytes], form: str) -> dict[str, dict[str, Any]]:
    """Returns the cells of one form by their ids in nbgrader."""
    content = next(content for name, content in files.items() if f"/{form}/" in name)
    cells = json.loads(content)["cells"]
    return {cell["metadata"]["nbgrader"]["grade_id"]: cell | {"source": "".join(cell["source"])} for cell in cells}


@pytest.fixture
def files(toy: Course) -> dict[str, bytes]:
    return notebook_files(toy, toy.assignment("toy"))


def test_files_are_where_nbgrader_looks_for_them(toy: Course) -> None:
    assert sorted(notebook_files(toy, toy.assignment("next-toy"))) == [
        "nbgrader/release/next-toy/next_toy.ipynb",
        "nbgrader/source/next-toy/next_toy.ipynb",
    ]


def test_cells_are_the_statement_and_for_each_task_its_text_code_and_tests(files: dict[str, bytes]) -> None:
    tasks = [
        f"{role}{task}{language}"
        for task in ("double", "add_")
        for role, language in (("", "-en"), ("", "-zh"), ("solution-", ""), ("test-", ""))
    ]
    expected = ["overview-en", "overview-zh", "how-to", "given-1", *tasks]
    assert list(_cells(files, "source")) == list(_cells(files, "release")) == expected


def test_only_solutions_are_open_and_only_tests_have_points(files: dict[str, bytes]) -> None:
    for name, cell in _cells(files, "source").items():
        tags = cell["metadata"]["nbgrader"]
        assert tags["solution"] is not tags["locked"] is not name.startswith("solution-")
        assert tags["grade"] is name.startswith("test-")
        assert tags.get("points") == {"test-double": 60.0, "test-add_": 40.0}.get(name)


def test_each_language_has_its_statement_once(files: dict[str, bytes], toy: Course) -> None:
    cells = _cells(files, "source")
    for language in ("en", "zh"):
        statement = toy.statement(toy.assignment("toy"), language)
        text = "\n".join(cell["source"] for name, cell in cells.items() if name.endswith(f"-{language}"))
        for line in filter(None, map(str.strip, statement.splitlines())):
            assert text.count(line) >= 1, line
        assert cells[f"double-{language}"]["source"].startswith("## `double`")


def test_students_get_no_solution_and_no_hidden_test(files: dict[str, bytes]) -> None:
    source, release = _cells(files, "source"), _cells(files, "release")
    assert "return 2 * x" in source["solution-double"]["source"]
    assert release["solution-double"]["source"].endswith("    # YOUR CODE HERE\n    raise NotImplementedError()")
    assert "test_random" in source["test-double"]["source"]
    assert "test_golden" in release["test-double"]["source"]
    everything = json.dumps(release)
    assert not [word for word in ("2 * x", "x.add_(y)", "test_random", "test_integers", "HIDDEN") if word in everything]


def test_same_course_gives_the_same_bytes(files: dict[str, bytes], toy: Course) -> None:
    assert notebook_files(Course(toy.root), toy.assignment("toy")) == files


def test_ids_stay_when_the_text_of_a_cell_changes(files: dict[str, bytes], toy: Course) -> None:
    path = toy.solution(toy.assignment("toy"))
    path.write_text(path.read_text().replace("return 2 * x", "return x + x"))
    later = _cells(notebook_files(toy, toy.assignment("toy")), "source")
    before = _cells(files, "source")
    assert {name: cell["id"] for name, cell in later.items()} == {name: cell["id"] for name, cell in before.items()}
    assert len({cell["id"] for cell in later.values()}) == len(later)


def test_marks_of_nbgrader_in_a_suite_are_refused(toy: Course) -> None:
    path = toy.folder("toy") / "suite" / "test_toy.py"
    path = path if path.exists() else next((toy.folder("toy") / "suite").glob("test_*.py"))
    path.write_text(path.read_text().replace("Doubles 1 and 2.", "### END HIDDEN TESTS"))
    with pytest.raises(CourseError, match="nbgrader's own marks"):
        notebook_files(toy, toy.assignment("toy"))


def test_solution_that_makes_no_notebook_is_named(toy: Course) -> None:
    path = toy.solution(toy.assignment("toy"))
    path.write_text(path.read_text().replace("def add_(", "def plus_("))
    with pytest.raises(CourseError) as caught:
        notebook_files(toy, toy.assignment("toy"))
    assert f"`{path}`" in str(caught.value)
    assert "`add_` must be defined once" in str(caught.value)


@pytest.mark.parametrize("slug", _SHIPPED.slugs)
def test_shipped_assignment_makes_valid_notebooks_that_read_as_its_solution(slug: str) -> None:
    assignment = _SHIPPED.assignment(slug)
    names = tuple(task.name for task in assignment.tasks)
    for name, content in notebook_files(_SHIPPED, assignment).items():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            nbformat.validate(nbformat.reads(content.decode(), as_version=4))  # type: ignore[no-untyped-call]
        module = read_notebook(content, Path(name), names)
        compile(module.source, name, "exec")
        text = module.source.decode()
        assert all(f"def {task}(" in text or f"class {task}" in text for task in names)
        assert "judge(" not in text
        assert not any("no valid Python" in note["en"] for note in module.notes)
