"""Students are told of parts of a result only where a result has parts."""

from __future__ import annotations

import pytest

from grader.models import ArgumentUse, TaskReport, TestReport, Verdict, Visibility
from grader.verify.parts import complaints_about_parts
from grader.verify.trials import Trial, TrialKind
from grader.verify.verdicts import Outcome
from tests.support.factories import make_task


def outcome(message: str) -> Outcome:
    test = TestReport(
        test="test_add.py::test_sum",
        title="Adds",
        visibility=Visibility.HIDDEN,
        verdict=Verdict.FAILED,
        score=0.0,
        max_score=1.0,
        kind="values",
        message=message,
        line=None,
        code=None,
        hint=None,
    )
    trial = Trial(kind=TrialKind.MUTANT, name="wrong", source="", seed=0, tasks=(make_task(),), task="add")
    return Outcome(trial=trial, tasks=(TaskReport(task="add", score=0, max_score=1, misconceptions=(), tests=(test,)),))


def complaints(message: str, *kinds: str) -> list[str]:
    uses = {"add": [ArgumentUse(subject="result", kinds=kinds), ArgumentUse(subject="x", kinds=("sequence",))]}
    return [found.subject for found in complaints_about_parts([outcome(message)], uses)]


def test_part_of_a_result_without_parts_is_complained_of_once() -> None:
    message = "`result[1]` has the wrong values"
    uses = {"add": [ArgumentUse(subject="result", kinds=("float tensor",))]}
    (found,) = complaints_about_parts([outcome(message), outcome(message)], uses)
    assert (found.check, found.subject) == ("text", "test_add.py::test_sum")
    assert "`add` returns nothing that has parts" in found.message


@pytest.mark.parametrize("kind", ["sequence", "mapping"])
def test_part_of_a_result_that_has_parts_may_be_told(kind: str) -> None:
    assert complaints("`result[1]` has the wrong values", kind) == []


def test_case_may_be_told_of_any_result() -> None:
    assert complaints("case 2 of 3, shape (4,): the result has the wrong values", "float tensor") == []


def test_task_of_which_nothing_was_recorded_is_left_alone() -> None:
    assert list(complaints_about_parts([outcome("`result[1]` is wrong")], {})) == []
