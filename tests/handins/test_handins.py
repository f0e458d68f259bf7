"""Right answers in messy files and folders get full marks.

Each folder in `cases/` is what somebody would pass to `learn grade`, written by people who had not seen how hand-ins
are read: as Colab, VS Code, JupyterLab, nbgrader and editors of three systems save them, as students zip them. Its
`case.toml` says what is messy about it, and why it is right all the same.
"""

from __future__ import annotations

import os
import shutil
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.pipeline import Request, judge, plan
from grader.sandbox.pool import Pool
from grader.submission.collect import collect
from grader.submission.intake import take_in

_CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/case.toml"))
_COURSE = Course(Path(__file__).parents[2])


def _handed_in(case: Path, times: dict[str, str], tmp_path: Path) -> Path:
    """Copies what was handed in, with the times that its files had."""
    folder = shutil.copytree(case / "submitted", tmp_path / "submitted")
    for name, written in times.items():
        seconds = datetime.fromisoformat(written).timestamp()
        os.utime(folder / name, (seconds, seconds))
    return folder


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)
def test_right_answer_in_a_messy_hand_in_gets_full_marks(case: Path, warm_pool: Pool, tmp_path: Path) -> None:
    told = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    assignment = _COURSE.assignment(told["assignment"])
    folder = _handed_in(case, told.get("times", {}), tmp_path)

    tasks = {slug: [task.name for task in _COURSE.assignment(slug).tasks] for slug in _COURSE.slugs}
    found = collect(folder, tasks, _COURSE.rules, {assignment.slug}).found
    taken = take_in(found[-1].path, assignment, is_notebook=found[-1].is_notebook)
    request = Request(course=_COURSE, assignment=assignment, tasks=assignment.tasks, seed=5)
    report = judge(request.heading, plan(request, taken.submission), warm_pool)

    open_tasks = {task.task: task.tests for task in report.tasks if task.score < task.max_score}
    assert (report.score, open_tasks) == (100.0, {})
