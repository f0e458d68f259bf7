"""A practice course shows the solutions of a task once it had full marks, and of no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.course import Course
from grader.errors import CourseError, UserError
from grader.student.progress import AssignmentProgress, Mark, Progress, TaskProgress, save_progress
from grader.student.solutions import LockedTask, SolutionView, show_solutions

_VARIANTS = """
from grader.suite.mutants import variant

@variant
def adds_itself(x):
    _check(x)
    return x + x

@variant
def shifts(x):
    return adds_nothing(x) or x.mul(2)
"""
_HELPERS = """
### BEGIN SOLUTION
_KIND = "integers"


def _check(x: Tensor) -> None:
    if not x.is_floating_point():
        raise ValueError(_KIND)


def _idle() -> None: ...


### END SOLUTION
def add_("""


@pytest.fixture
def rich(practice: Course) -> Course:
    """The practice course, with variants of `double` and helpers in its solution."""
    variants = practice.folder("toy") / "variants"
    variants.mkdir()
    (variants / "double.py").write_text(_VARIANTS)
    path = practice.solution(practice.assignment("toy"))
    path.write_text(path.read_text().replace("def add_(", _HELPERS, 1))
    return practice


def _reach(course: Course, **scores: float) -> None:
    worth = {"double": 60.0, "add_": 40.0}
    tasks = {
        name: TaskProgress(best=Mark(score=score, max_score=worth.get(name, 10.0))) for name, score in scores.items()
    }
    save_progress(course, Progress(assignments={"toy": AssignmentProgress(tasks=tasks)}))


def _show(course: Course, task_name: str | None = None) -> SolutionView:
    return show_solutions(course, course.assignment("toy"), task_name)


def test_nothing_is_shown_before_full_marks(rich: Course) -> None:
    _reach(rich, double=59)
    view = _show(rich)
    assert view.solutions == ()
    assert view.locked == (
        LockedTask(task="double", best=Mark(score=59, max_score=60), has_hints=True),
        LockedTask(task="add_", best=None, has_hints=False),
    )


def test_task_with_full_marks_shows_the_reference_and_each_variant(rich: Course) -> None:
    _reach(rich, double=60)
    view = _show(rich)
    (solution,) = view.solutions
    assert solution.task == "double"
    assert solution.reference.startswith("def double(x: Tensor) -> Tensor:\n    if not")
    assert [variant.name for variant in solution.variants] == ["adds_itself", "shifts"]
    assert all(variant.source.startswith("def double(x):") for variant in solution.variants)
    assert [task.task for task in view.locked] == ["add_"]


def test_solutions_have_no_marks_of_regions(rich: Course) -> None:
    _reach(rich, double=60, add_=40)
    assert "###" not in "".join(text for one in _show(rich).solutions for text in (one.reference, *one.helpers))


def test_helpers_are_those_that_a_solution_uses_and_what_they_use(rich: Course) -> None:
    _reach(rich, double=60, add_=40)
    double, add = _show(rich).solutions
    assert [helper.split("(")[0] for helper in double.helpers] == ['_KIND = "integers"', "def _check"]
    assert add.helpers == ()


def test_another_task_is_no_helper(rich: Course) -> None:
    path = rich.solution(rich.assignment("toy"))
    path.write_text(path.read_text().replace("    return 2 * x\n", "    add_(x, x)\n    return x\n"))
    _reach(rich, double=60)
    (solution,) = _show(rich).solutions
    assert "add_(x, x)" in solution.reference
    assert not any("def add_" in helper for helper in solution.helpers)


def test_one_task_is_shown_alone(rich: Course) -> None:
    _reach(rich, double=60, add_=40)
    assert [solution.task for solution in _show(rich, "add_").solutions] == ["add_"]
    assert _show(rich, "add_").locked == ()


def test_wrong_task_offers_near_names(rich: Course) -> None:
    with pytest.raises(UserError, match="Did you mean `double`"):
        _show(rich, "doubel")


def test_task_stays_open_when_the_exercise_is_changed(rich: Course) -> None:
    _reach(rich, double=60)
    rich.exercise(rich.assignment("toy")).write_text("gone\n")
    assert [solution.task for solution in _show(rich).solutions] == ["double"]


def test_course_of_its_own_shows_no_solutions(toy: Course) -> None:
    _reach(toy, double=60, add_=40)
    with pytest.raises(UserError, match=r"is no practice course, .*`learn init`"):
        _show(toy)


@pytest.mark.parametrize(
    ("text", "wanted"), [(None, "is missing"), ("x = 1\n", "does not define `double`")], ids=["missing", "other"]
)
def test_solution_that_does_not_read_is_told(rich: Course, text: str | None, wanted: str) -> None:
    _reach(rich, double=60)
    path: Path = rich.solution(rich.assignment("toy"))
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(CourseError, match=wanted):
        _show(rich)
