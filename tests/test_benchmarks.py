"""What is measured has to be the work: the checks pass without a boundary, and the stages add up to the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.run import _own_time
from benchmarks.stages import stages_of
from grader.course.course import Course
from grader.models import Submission
from grader.pipeline import Request, plan

_COURSE = Course(Path(__file__).parents[1])


@pytest.mark.parametrize("slug", ["broadcasting", "bptt"])
def test_suite_passes_without_a_boundary(slug: str) -> None:
    assert 0.0 < _own_time(_COURSE.assignment(slug), 1) < 5.0


def test_stages_account_for_a_submission() -> None:
    course = Course(Path(__file__).parent / "courses" / "proved")
    sums = course.assignment("sums")
    source = course.solution(sums).read_bytes().replace(b"total + value", b"total - value")
    request = Request(course=course, assignment=sums, tasks=sums.tasks, seed=1)

    costs = stages_of(request, plan(request, Submission.of(sums.file_name, source)), rounds=2, jobs=2)
    assert {name for name, cost in costs.items() if not cost.calls} <= {"nursery: rehearsals", "nursery: forks"}
    assert (costs["examiner: load"].calls, costs["candidate: load"].calls, costs["examiner: outline"].calls) == (
        2,
        2,
        1,
    )
    examiner = sum(cost.wall_s for name, cost in costs.items() if name.startswith("examiner"))
    assert 0.0 < examiner < costs["host: answer"].wall_s
