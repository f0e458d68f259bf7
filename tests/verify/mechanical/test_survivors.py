"""What is said of mechanical mutants that survive, and of a list that is not true."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.models import TaskReport, TestReport, Verdict, Visibility
from grader.verify.mechanical.mutants import MechanicalMutant, mechanical_mutants
from grader.verify.mechanical.survivors import complaints_about_mechanical
from grader.verify.trials import Trial, TrialKind
from grader.verify.verdicts import Outcome

_PROVED = Path(__file__).parents[2] / "courses" / "proved"
_ENTRY = '[[equivalent]]\ntask = "{task}"\nfrom = "{before}"\nto = "{after}"\nreason = "Why not."\n'

Said = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    shutil.copytree(_PROVED, tmp_path / "course")
    return Course(tmp_path / "course")


@pytest.fixture
def mutant(course: Course) -> MechanicalMutant:
    """One of the task `Scale`."""
    source = course.solution(course.assignment("sums")).read_text(encoding="utf-8")
    return next(one for one in mechanical_mutants(source, "Scale") if one.after == "return x")


@pytest.fixture
def said(course: Course) -> Said:
    """Returns the checks and messages about outcomes, with a list of equivalents."""
    assignment = course.assignment("sums")

    def run(outcomes: list[Outcome], listed: str = "") -> list[tuple[str, str]]:
        (course.folder("sums") / "mutants" / "equivalent.toml").write_text(listed, encoding="utf-8")
        return [(found.check, found.message) for found in complaints_about_mechanical(course, assignment, outcomes)]

    return run


def _outcome(course: Course, mutant: MechanicalMutant, score: float, *, is_listed: bool = False) -> Outcome:
    test = TestReport(
        test="test_sums.py::test_scales",
        title="Scales",
        visibility=Visibility.HIDDEN,
        verdict=Verdict.PASSED if score else Verdict.FAILED,
        score=score,
        max_score=40,
        kind="",
        message="",
        line=None,
        code=None,
        hint=None,
    )
    trial = Trial(
        kind=TrialKind.MECHANICAL,
        name="line 1",
        source=mutant.source,
        seed=0,
        tasks=(course.assignment("sums").task(mutant.task),),
        task=mutant.task,
        mechanical=mutant,
        is_listed=is_listed,
    )
    report = TaskReport(task=mutant.task, score=score, max_score=40, misconceptions=(), tests=(test,))
    return Outcome(trial=trial, tasks=(report,))


def _entry(mutant: MechanicalMutant) -> str:
    return _ENTRY.format(task=mutant.task, before=mutant.before, after=mutant.after)


def test_survivor_is_told_with_its_entry_and_one_that_lost_is_not(
    course: Course, mutant: MechanicalMutant, said: Said
) -> None:
    assert said([_outcome(course, mutant, 0)]) == []
    ((check, message),) = said([_outcome(course, mutant, 40)])
    assert check == "mechanical" and message.endswith(_entry(mutant).replace("Why not.", "...").strip())


def test_survivor_that_is_listed_is_not_told(course: Course, mutant: MechanicalMutant, said: Said) -> None:
    assert said([_outcome(course, mutant, 40, is_listed=True)], _entry(mutant)) == []


def test_entry_is_true_as_long_as_one_of_its_places_survives(
    course: Course, mutant: MechanicalMutant, said: Said
) -> None:
    caught, survives = (_outcome(course, mutant, score, is_listed=True) for score in (0, 40))
    assert said([caught, survives], _entry(mutant)) == []
    ((check, message),) = said([caught, caught], _entry(mutant))
    assert check == "equivalent" and "which is caught by `test_sums.py::test_scales`" in message


def test_entry_that_was_not_tried_may_be_true(course: Course, mutant: MechanicalMutant, said: Said) -> None:
    other = next(
        one
        for one in mechanical_mutants(course.solution(course.assignment("sums")).read_text("utf-8"), "Scale")
        if one.key != mutant.key
    )
    assert said([_outcome(course, other, 0)], _entry(mutant)) == []


def test_entry_that_is_not_made_is_not_true(course: Course, mutant: MechanicalMutant, said: Said) -> None:
    listed = _ENTRY.format(task="Scale", before=mutant.before, after="return 7 * x")
    ((check, message),) = said([_outcome(course, mutant, 0)], listed)
    assert check == "equivalent" and "not made of the reference any more" in message


def test_entry_of_a_task_that_is_not_tried_is_left_alone(course: Course, mutant: MechanicalMutant, said: Said) -> None:
    listed = _ENTRY.format(task="running_sum", before="return out", after="return 7")
    assert said([_outcome(course, mutant, 0)], listed) == []
