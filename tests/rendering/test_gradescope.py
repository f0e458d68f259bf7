"""A report as Gradescope reads it: points, texts, and no score where nothing was graded."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from grader.models import (
    Misconception,
    Problem,
    ProblemKind,
    Report,
    TaskReport,
    TestReport,
    Verdict,
    Visibility,
)
from grader.release import autograder as gradescope
from grader.rendering.gradescope import results_of, without_score


def _test(verdict: Verdict, score: float, **changes: object) -> TestReport:
    standard: dict[str, object] = {
        "test": "test_add.py::test_sum",
        "title": "Adds.",
        "visibility": Visibility.HIDDEN,
        "verdict": verdict,
        "score": score,
        "max_score": 2.0,
        "kind": None,
        "message": "",
        "line": None,
        "code": None,
        "hint": None,
    }
    return TestReport(**{**standard, **changes})  # type: ignore[arg-type]


def _report(*tests: TestReport, **changes: object) -> Report:
    told = (Misconception(mutant="m", message="You subtract."),)
    task = TaskReport(task="add", score=2.0, max_score=4.0, misconceptions=told, tests=tests)
    standard: dict[str, object] = {
        "assignment": "sums",
        "student": None,
        "graded": True,
        "score": 2.0,
        "max_score": 4.0,
        "seed": 7,
        "sandbox": "gradescope",
        "device": "cpu",
        "submission_sha256": None,
        "suite_sha256": None,
        "image": None,
        "duration_s": 0.5,
        "tasks": (task,),
        "output": "printed\n",
        "problem": None,
    }
    return Report(**{**standard, **changes})  # type: ignore[arg-type]


def test_results_have_points_status_and_text_of_each_test() -> None:
    wrong = _test(Verdict.FAILED, 0.0, message="wrong values", line=3, code="return x", hint="Look.")
    results = results_of(_report(_test(Verdict.PASSED, 2.0, visibility=Visibility.VISIBLE), wrong))
    assert (results["score"], results["execution_time"]) == (2.0, 0.5)
    first, second = results["tests"]
    assert (first["name"], first["status"], first["score"]) == ("add: Adds.  (visible test)", "passed", 2.0)
    assert (second["name"], second["status"], second["max_score"]) == ("add: Adds.", "failed", 2.0)
    assert second["output"] == "wrong values\nline 3:  return x\nHint: Look."
    assert {test["visibility"] for test in results["tests"]} == {"visible"}


def test_results_tell_tasks_misconceptions_and_prints() -> None:
    output = results_of(_report())["output"]
    assert output == "add: 2 / 4\n  You subtract.\nScore 2 / 4\n\nYour code printed:\nprinted"


def test_results_say_that_texts_are_no_markup() -> None:
    results = results_of(_report())
    assert {results[f"{part}_format"] for part in ("output", "test_output", "test_name")} == {"text"}
    assert results["stdout_visibility"] == "hidden"


def test_skipped_test_has_no_status() -> None:
    assert "status" not in results_of(_report(_test(Verdict.SKIPPED, 0.0, max_score=0.0)))["tests"][0]


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict not in ("passed", "skipped")])
def test_only_a_pass_is_shown_as_passed(verdict: Verdict) -> None:
    assert results_of(_report(_test(verdict, 0.0)))["tests"][0]["status"] == "failed"


@pytest.mark.parametrize("passed", [[0, 1, 2], [0], [1, 2, 4], [0, 1, 2, 3, 4, 5, 6]])
@pytest.mark.parametrize("points", [10.0, 12.6, 33.3333, 100.0])
def test_points_of_tests_give_just_those_of_the_task(passed: list[int], points: float) -> None:
    share = points / 7
    tests = tuple(
        _test(
            Verdict.PASSED if number in passed else Verdict.FAILED,
            share if number in passed else 0.0,
            test=f"test_add.py::test_{number}",
            max_score=share,
        )
        for number in range(7)
    )
    score = round(share * len(passed), 4)
    task = TaskReport(task="add", score=score, max_score=points, misconceptions=(), tests=tests)
    results = results_of(_report(tasks=(task,), score=score, max_score=points))
    for key, total in (("score", score), ("max_score", points)):
        assert round(sum(test[key] for test in results["tests"]), 8) == total
        assert all(test[key] == round(test[key], 4) for test in results["tests"])
    assert all(test["score"] in (0.0, test["max_score"]) for test in results["tests"])


def test_score_that_is_not_full_marks_is_never_shown_as_such() -> None:
    task = TaskReport(task="add", score=99.9996, max_score=100.0, misconceptions=(), tests=())
    output = results_of(_report(tasks=(task,), score=99.9996, max_score=100.0))["output"]
    assert output.startswith("add: 99.99 / 100\nScore 99.99 / 100")


def test_results_speak_the_reports_language() -> None:
    assert "得分 2 / 4" in results_of(_report(language="zh"))["output"]


@pytest.mark.parametrize("kind", ProblemKind)
def test_what_was_not_graded_has_no_score(kind: ProblemKind) -> None:
    problem = Problem(kind=kind, message="SECRET of the suite")
    results = results_of(_report(graded=False, score=None, tasks=(), problem=problem))
    assert not {"score", "tests"} & set(results)
    assert ("SECRET" in results["output"]) == (kind is ProblemKind.REFUSED)


def test_report_without_a_reason_has_no_score_either() -> None:
    assert "score" not in without_score(None, "en")


# The program.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "submission").mkdir()
    return tmp_path


def _results(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "results" / "results.json").read_text())
    return found


def test_program_runs_as_root_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert gradescope.main([str(folder), "sums"]) == 3
    assert "must run as root" in capsys.readouterr().out
    assert "score" not in _results(folder)


def test_old_results_are_gone_before_anything_is_graded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "results").mkdir()
    (folder / "results" / "results.json").write_text('{"score": 100}')

    def die(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(gradescope, "_lock", die)
    with pytest.raises(KeyboardInterrupt):
        gradescope.main([str(folder), "sums"])
    assert "score" not in _results(folder)


def test_folder_without_a_course_is_not_graded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradescope, "_lock", lambda _: None)
    assert gradescope.main([str(folder), "sums"]) == 3
    assert "score" not in _results(folder)
