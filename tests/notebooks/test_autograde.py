"""nbgrader's own commands take the notebooks that Gradus writes, and give their tasks the points they deserve."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import Course
from grader.mutants import stand_ins

from .classroom import Classroom, with_solution

pytest.importorskip("nbgrader", reason="needs `pip install gradus[nbgrader]`")
pytestmark = pytest.mark.slow

_COURSE = Course(Path(__file__).parents[2])


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
