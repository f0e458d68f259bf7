"""Writes an assignment as nbgrader's notebooks: the source with solutions and hidden tests, and what students get.

The student form is what `nbgrader generate_assignment` makes of the source, so that either may be released.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import msgspec
import nbformat

from grader.course.course import Course
from grader.course.statement import section_of, unwrapped
from grader.errors import CourseError
from grader.language import engine_languages
from grader.models import Assignment, Limits, Suite, Task
from grader.release.notebooks.ids import notebook_name, points_id, solution_id
from grader.release.notebooks.parts import Part, PartKind, split_solution
from grader.suite.excerpt import SuiteTest, excerpt

__all__ = ["notebook_files"]

_SOLUTION = "SOLUTION"
_HIDDEN = "HIDDEN TESTS"
_STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")  # as nbgrader has it unless it is told otherwise
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_HOW_TO = {
    "en": """\
Write each task into the cell below its text; where the text names the file `{file_name}`, this notebook is meant. The
cell after it runs the tests that you may see and says how many points they give; hidden tests decide as well. It needs
Gradus in the kernel's environment. Code of your own may stand in further cells: what your tasks use of it counts.""",
    "zh": """\
把每道题的代码写在题目下面的单元格里；题目中提到的文件 `{file_name}` 在这里就是本笔记本。后面的单元格运行公开的测试，\
并给出相应的得分；得分还取决于隐藏测试。内核的环境里要装有 Gradus。你可以另加单元格，题目用到的代码都算数。""",
}
_HELPERS = {
    "en": "Helpers of your own, if you want any. Delete the `raise`.",
    "zh": "你自己的辅助函数；请删去 `raise`。",
}
_RUN = {
    "en": "Run this cell: it says what is wrong, and ends with your points.",
    "zh": "运行这个单元格：它指出错误，最后给出得分。",
}
_TEST_CELL = """\
# {run}
from grader.release.notebooks.kernel import judge

_tests = {visible}
### BEGIN HIDDEN TESTS
_tests = {hidden}
### END HIDDEN TESTS
judge(
    {task!r},
    _tests,
{arguments})"""


class _Role(Enum):
    """Whether a cell is graded and whether it is the student's to fill; all others are locked."""

    TEXT = "markdown"
    GIVEN = "given"
    SOLUTION = "solution"
    TEST = "test"


@dataclass(frozen=True, kw_only=True)
class _Cell:
    grade_id: str
    role: _Role
    source: str
    points: float | None = None

    @property
    def cell_type(self) -> str:
        return "markdown" if self.role is _Role.TEXT else "code"


def notebook_files(course: Course, assignment: Assignment) -> dict[str, bytes]:
    """Returns the notebooks of an assignment by relative path: `nbgrader/source/<slug>/<slug>.ipynb` and `release/...`.

    Underscores stand for hyphens in the file's name. The same course always gives the same bytes.

    Raises:
        CourseError: if the solution, a statement or the suite does not read, or cannot be split into cells.
    """
    cells = list(_cells(course, assignment))
    name = f"{assignment.slug}/{notebook_name(assignment)}.ipynb"
    return {
        f"nbgrader/release/{name}": _rendered(assignment, [_released(cell) for cell in cells], _released_metadata),
        f"nbgrader/source/{name}": _rendered(assignment, cells, _source_metadata),
    }


# The cells.


def _cells(course: Course, assignment: Assignment) -> Iterator[_Cell]:
    suite = course.suite(assignment)
    statements = {language: unwrapped(course.statement(assignment, language)) for language in course.languages}
    for language, statement in statements.items():
        yield _Cell(grade_id=f"overview-{language}", role=_Role.TEXT, source=_overview(statement, assignment))
    yield _Cell(
        grade_id="how-to", role=_Role.TEXT, source=_said(_HOW_TO, course, "\n\n").format(file_name=assignment.file_name)
    )
    counts = {PartKind.GIVEN: 0, PartKind.HELPERS: 0}
    for part in _solution_parts(course, assignment):
        if part.task is not None:
            yield from _task_cells(course, assignment, assignment.task(part.task), part, statements, suite)
            continue
        counts[part.kind] += 1
        is_given = part.kind is PartKind.GIVEN
        yield _Cell(
            grade_id=f"{part.kind.value}-{counts[part.kind]}",
            role=_Role.GIVEN if is_given else _Role.SOLUTION,
            source=part.source if is_given else f"# {_said(_HELPERS, course)}\n{part.source}",
        )


def _solution_parts(course: Course, assignment: Assignment) -> tuple[Part, ...]:
    path = course.solution(assignment)
    try:
        return split_solution(path.read_text(encoding="utf-8"), assignment)
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"`{path}` cannot be read: {error}.") from error
    except CourseError as error:
        raise CourseError(f"`{path}`, {error}.") from error


def _overview(statement: str, assignment: Assignment) -> str:
    """Returns what a statement says of all tasks; the sections of the tasks stand above their cells."""
    for task in assignment.tasks:
        section = section_of(statement, task.name)
        if section is not None:
            statement = statement.replace(section.rstrip("\n"), "", 1)
    return statement.strip()


def _task_cells(
    course: Course, assignment: Assignment, task: Task, part: Part, statements: dict[str, str], suite: Suite
) -> Iterator[_Cell]:
    for language, statement in statements.items():
        section = section_of(statement, task.name) or f"## `{task.name}`"
        yield _Cell(grade_id=f"{task.name}-{language}", role=_Role.TEXT, source=section.strip())
    yield _Cell(grade_id=solution_id(task.name), role=_Role.SOLUTION, source=part.source)
    yield _Cell(
        grade_id=points_id(task.name),
        role=_Role.TEST,
        source=_test_source(course, assignment, task, suite),
        points=task.points,
    )


def _test_source(course: Course, assignment: Assignment, task: Task, suite: Suite) -> str:
    def is_of_task(test: SuiteTest) -> bool:
        return test.task == task.name

    visible = excerpt(suite.files, lambda test: is_of_task(test) and test.is_visible)
    hidden = excerpt(suite.files, is_of_task)
    arguments = {
        "points": repr(task.points),
        "signature": _literal(task.signature),
        "all_tasks": repr([other.name for other in assignment.tasks]),
        "forbid": repr([*assignment.forbid, *task.forbid]),
        "feedback": repr(assignment.feedback.value),
        "limits": repr(_unusual(assignment.limits)),
        "languages": repr(list(course.languages)),
    }
    return _TEST_CELL.format(
        run=_said(_RUN, course),
        task=task.name,
        visible=_literals(visible),
        hidden=_literals(hidden),
        arguments="".join(f"    {name}={value},\n" for name, value in arguments.items()),
    )


def _said(texts: dict[str, str], course: Course, between: str = " ") -> str:
    """Returns what the engine itself says in a notebook, in all languages of the course that it speaks."""
    return between.join(texts[language] for language in engine_languages(course.languages))


def _unusual(limits: Limits) -> dict[str, Any]:
    usual = msgspec.to_builtins(Limits())
    return {name: value for name, value in msgspec.to_builtins(limits).items() if value != usual[name]}


def _literals(files: dict[str, bytes]) -> str:
    entries = [f"    {name!r}: {_literal(content.decode())},\n" for name, content in files.items()]
    return "{\n" + "".join(entries) + "}"


def _literal(text: str) -> str:
    """Returns a text as Python source that a person can read."""
    if f"BEGIN {_SOLUTION}" in text or f"BEGIN {_HIDDEN}" in text or f"END {_HIDDEN}" in text:
        raise CourseError("A suite must not contain nbgrader's own marks, `BEGIN SOLUTION` or `BEGIN HIDDEN TESTS`.")
    if "\n" not in text or "'''" in text or text.endswith(("\\", "'")):
        return repr(text)
    return f"r'''{text}'''"


# The two forms.


def _released(cell: _Cell) -> _Cell:
    """Returns a cell as students get it."""
    source = cell.source
    if cell.role is _Role.SOLUTION:
        source = _without(source, _SOLUTION, _STUB)
    elif cell.role is _Role.TEST:
        source = _without(source, _HIDDEN, ())
    return replace(cell, source=source)


def _without(source: str, mark: str, stub: tuple[str, ...]) -> str:
    """Replaces the regions of a mark as nbgrader does."""
    kept: list[str] = []
    is_inside = False
    for line in source.split("\n"):
        if f"BEGIN {mark}" in line:
            is_inside = True
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + text for text in stub]
        elif f"END {mark}" in line:
            is_inside = False
        elif not is_inside:
            kept.append(line)
    return "\n".join(kept)


def _source_metadata(cell: _Cell) -> dict[str, Any]:
    tags: dict[str, Any] = {
        "grade": cell.role is _Role.TEST,
        "grade_id": cell.grade_id,
        "locked": cell.role is not _Role.SOLUTION,
        "schema_version": 3,
        "solution": cell.role is _Role.SOLUTION,
        "task": False,
    }
    if cell.points is not None:
        tags["points"] = cell.points
    return {"nbgrader": tags}


def _released_metadata(cell: _Cell) -> dict[str, Any]:
    tags = _source_metadata(cell)["nbgrader"]
    tags |= {"cell_type": cell.cell_type, "checksum": _checksum(cell, tags)}
    locks = {"deletable": False} if cell.role is _Role.SOLUTION else {"deletable": False, "editable": False}
    return {**locks, "nbgrader": tags}


def _checksum(cell: _Cell, tags: dict[str, Any]) -> str:
    """Returns what nbgrader tells by whether a cell was changed; see `nbgrader.utils.compute_checksum`."""
    facts = [cell.source, cell.cell_type, tags["grade"], tags["solution"], tags["locked"], cell.grade_id]
    if cell.points is not None:
        facts.append(float(cell.points))
    return hashlib.md5("".join(map(str, facts)).encode(), usedforsecurity=False).hexdigest()


def _rendered(assignment: Assignment, cells: list[_Cell], metadata_of: Callable[[_Cell], dict[str, Any]]) -> bytes:
    rendered = []
    for cell in cells:
        entry: dict[str, Any] = {
            "cell_type": cell.cell_type,
            "id": hashlib.sha256(f"{assignment.slug}\0{cell.grade_id}".encode()).hexdigest()[:16],
            "metadata": metadata_of(cell),
            "source": cell.source,
        }
        if cell.cell_type == "code":
            entry |= {"execution_count": None, "outputs": []}
        rendered.append(entry)
    document = {"cells": rendered, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    notebook = nbformat.from_dict(document)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return f"{text}\n".encode()
