"""A solution falls apart into cells that still work from top to bottom, or it is said in which line it cannot."""

from __future__ import annotations

import pytest

from grader.errors import CourseError
from grader.release.notebooks.parts import Part, PartKind, split_solution
from tests.support.factories import make_assignment, make_task

_SUMS = make_assignment(make_task("add"), make_task("total"))
_ADD = "def add(x, y):\n    ### BEGIN SOLUTION\n    return x + y\n    ### END SOLUTION"
_TOTAL = "@cache\ndef total(x):\n    ### BEGIN SOLUTION\n    return sum(x)\n    ### END SOLUTION"
_HEAD = '"""Sums."""\n\nfrom functools import cache'


def _split(*texts: str) -> list[tuple[PartKind, str]]:
    return [(part.kind, part.source) for part in split_solution("\n\n\n".join(texts) + "\n", _SUMS)]


def test_tasks_stand_apart_and_what_is_between_is_given() -> None:
    assert _split(_HEAD, _ADD, "EPS = 1", _TOTAL, "LAST = 2") == [
        (PartKind.GIVEN, _HEAD),
        (PartKind.TASK, _ADD),
        (PartKind.GIVEN, "EPS = 1"),
        (PartKind.TASK, _TOTAL),
        (PartKind.GIVEN, "LAST = 2"),
    ]


def test_task_is_named() -> None:
    assert Part(kind=PartKind.TASK, source=_ADD, task="add") in split_solution(f"{_ADD}\n{_TOTAL}\n", _SUMS)


def test_helpers_of_the_solution_are_never_given() -> None:
    region = "### BEGIN SOLUTION\ndef _helper(x):\n    return x\n\n\n### END SOLUTION"
    partly = "def _other(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
    assert _split(region, _ADD, partly, _TOTAL) == [
        (PartKind.HELPERS, region),
        (PartKind.TASK, _ADD),
        (PartKind.HELPERS, partly),
        (PartKind.TASK, _TOTAL),
    ]


def test_region_right_above_a_task_is_not_part_of_it() -> None:
    region = "### BEGIN SOLUTION\nSECRET = 1\n### END SOLUTION"
    assert [part.source for part in split_solution(f"{region}\n{_ADD}\n{_TOTAL}\n", _SUMS)] == [region, _ADD, _TOTAL]


def test_comment_above_a_task_goes_with_it() -> None:
    assert _split("# Adds.", _ADD, _TOTAL)[0] == (PartKind.TASK, f"# Adds.\n{_ADD}")


def test_nothing_of_the_file_is_lost() -> None:
    text = f"{_HEAD}\n# one\n\n{_ADD}\n# two\nEPS = 1\n{_TOTAL}\n# three\n"
    split = "\n".join(part.source for part in split_solution(text, _SUMS))
    assert {line for line in text.splitlines() if line} - {line for line in split.splitlines()} == {"# three"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def add(x, y):\n    return x + y\n", "no region"),
        (f"{_ADD}\n", "`total` must be defined once"),
        (f"{_ADD}\n{_ADD}\n{_TOTAL}\n", "`add` must be defined once"),
        (f"{_ADD}\ndef total(x):\n    return 1\n", "`total` has no region"),
        (f"{_ADD}\n{_TOTAL}\nx = = 1\n", "line 10: the solution is not valid Python"),
        (f"{_ADD.replace('x + y', 'late(x) + y')}\n{_TOTAL}\ndef late(x):\n    return x\n", "needs `late`"),
        (f"def early(x):\n    return total(x)\n{_ADD.replace('x + y', 'early(x)')}\n{_TOTAL}\n", "needs `total`"),
        (f"### BEGIN SOLUTION\n{_ADD.splitlines()[0]}\n    return 1\n### END SOLUTION\n{_TOTAL}\n", "must not reach"),
    ],
    ids=["no region", "no task", "twice", "task without", "syntax", "later helper", "later task", "region around"],
)
def test_solution_that_makes_no_notebook_is_refused(text: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        split_solution(text, _SUMS)


def test_name_that_a_task_only_has_as_a_local_is_no_later_need() -> None:
    assert len(_split(_ADD.replace("return x + y", "late = x\n    return late"), _TOTAL, "late = 1")) == 3
