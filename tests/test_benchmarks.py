"""What is compared with has to do the same work: each suite's checks pass in one process, without a boundary."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.run import _own_time
from grader.course.course import Course

_COURSE = Course(Path(__file__).parents[1])


@pytest.mark.parametrize("slug", ["broadcasting", "bptt"])
def test_suite_passes_without_a_boundary(slug: str) -> None:
    assert 0.0 < _own_time(_COURSE.assignment(slug), 1) < 5.0
