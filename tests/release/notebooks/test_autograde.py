"""nbgrader's own commands take the notebooks that Gradus writes, and give their tasks the points they deserve."""

from __future__ import annotations

import json
from pathlib import Path

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
