"""nbgrader's own commands take the notebooks that Gradus writes, and give their tasks the points they deserve."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from grader.course.course import Course
from grader.pipeline import Request, grade
from grader.sandbox.pool import Pool
from grader.suite.mutants import stand_ins
from tests.support.nbgrader import Classroom, with_solution

pytest.importorskip("nbgrader", reason="needs `pip install gradus-torch[nbgrader]`")
pytestmark = pytest.mark.slow

_COURSE = Course(Path(__file__).parents[3])
_FORGERY = """
try:
    from grader.release.notebooks import kernel
    kernel.judge = lambda *_, points, **__: points
except ImportError:
    pass
"""


@pytest.mark.parametrize("slug", ["broadcasting", "anchors"])
def test_autograde_gives_full_marks_none_and_some(slug: str, tmp_path: Path) -> None:
    assignment = _COURSE.assignment(slug)
    room = Classroom(tmp_path, _COURSE, assignment)
    assert room.generate_assignment() == room.release
    wrong = stand_ins(_COURSE, assignment, "mutant")[0]
    room.hand_in("reference", room.source)
    room.hand_in("stub", room.release)
    room.hand_in("mutant", with_solution(room.source, wrong))
    room.autograde()
    full = {task.name: task.points for task in assignment.tasks}
    assert room.points("reference") == full
    assert room.points("stub") == dict.fromkeys(full, 0.0)
    marred = room.points("mutant")
    assert 0 <= marred.pop(wrong.task) < full.pop(wrong.task)
    assert marred == full
    scores = {line["student_id"]: float(line["score"]) for line in room.exported()}
    assert scores["reference"] == assignment.max_score > scores["mutant"] > scores["stub"] == 0
    assert "Not written yet" in room.outputs("stub")


def test_right_answers_in_messy_notebooks_count_as_far_as_nbgrader_lets_them(tmp_path: Path, warm_pool: Pool) -> None:
    """What nbgrader's own autograde loses before anything of Gradus runs is documented; `learn grade` loses nothing."""
    assignment = _COURSE.assignment("broadcasting")
    room = Classroom(tmp_path, _COURSE, assignment)
    room.generate_assignment()
    for student, change in _MESSES.items():
        document = json.loads(room.source)
        change(document["cells"], json.loads(room.release)["cells"])
        room.hand_in(student, json.dumps(document).encode())
        with contextlib.suppress(AssertionError):  # it refuses an id that stands twice, and says so
            room.run("autograde", room.slug, "--create", "--student", student)
    lost = {student: assignment.max_score - sum(room.points(student).values()) for student in _MESSES}
    assert lost == {"failing": 0, "text": 0, "in_tests": 15, "doubled": 100}
    request = Request(course=_COURSE, assignment=assignment, tasks=assignment.tasks, seed=0)
    for student in _MESSES:
        report = grade(request, tmp_path / "submitted" / student / room.slug / room.file_name, warm_pool)
        assert report.score == assignment.max_score, report


def _cell(cells: list[dict[str, Any]], grade_id: str) -> dict[str, Any]:
    return next(cell for cell in cells if cell["metadata"]["nbgrader"]["grade_id"] == grade_id)


def _fail(cells: list[dict[str, Any]], _: list[dict[str, Any]]) -> None:
    for task, line in (
        ("broadcast_shape", "import nowhere_at_all"),
        ("unbroadcast", "assert unbroadcast(1, 2) == 3"),
        ("outer_sum", "%matplotlib inline\nn = int(input())"),
    ):
        _cell(cells, f"solution-{task}")["source"] += ["\n", line]


def _turn_to_text(cells: list[dict[str, Any]], _: list[dict[str, Any]]) -> None:
    cell = _cell(cells, "solution-broadcast_shape")
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


def _answer_in_tests(cells: list[dict[str, Any]], released: list[dict[str, Any]]) -> None:
    cell, tests = _cell(cells, "solution-broadcast_shape"), _cell(cells, "test-broadcast_shape")
    tests["source"] = "\n".join(["".join(cell["source"]), "".join(tests["source"])])
    cell["source"] = _cell(released, "solution-broadcast_shape")["source"]


def _double(cells: list[dict[str, Any]], released: list[dict[str, Any]]) -> None:
    empty = {**_cell(released, "solution-broadcast_shape"), "id": "another"}
    cells.insert(cells.index(_cell(cells, "solution-broadcast_shape")) + 1, empty)


_MESSES = {"failing": _fail, "text": _turn_to_text, "in_tests": _answer_in_tests, "doubled": _double}


def test_code_that_forges_points_in_autograde_earns_none_in_the_sandbox(tmp_path: Path, warm_pool: Pool) -> None:
    """Both halves are documented: nbgrader runs a student's code beside its tests, and Gradus does not."""
    assignment = _COURSE.assignment("broadcasting")
    room = Classroom(tmp_path, _COURSE, assignment)
    room.generate_assignment()
    document = json.loads(room.release)
    cell = next(cell for cell in document["cells"] if cell["metadata"]["nbgrader"]["solution"])
    cell["source"] = _FORGERY + "".join(cell["source"])
    room.hand_in("mallory", json.dumps(document).encode())
    room.autograde()
    assert sum(room.points("mallory").values()) == assignment.max_score
    request = Request(course=_COURSE, assignment=assignment, tasks=assignment.tasks, seed=0)
    report = grade(request, tmp_path / "submitted" / "mallory" / room.slug / room.file_name, warm_pool)
    assert (report.graded, report.score) == (True, 0.0)
