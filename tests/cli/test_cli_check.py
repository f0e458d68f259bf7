"""`learn check` and `learn watch`, with a real sandbox behind them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click.testing
import msgspec
import pytest

from grader import pipeline
from grader.course import Course
from grader.errors import EngineMissingError, SandboxDiedError
from grader.models import Answer, Job, Report
from grader.progress import load_progress, progress_path
from grader.sandbox import factory

Learn = Callable[..., click.testing.Result]

_RIGHT = """
def double(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return x * 2

def add_(x, y):
    x.add_(y)
"""
_TWO_MISTAKES = """
def double(x):
    return x * 2 + 0.5

def add_(x, y):
    x[5] = y  # [red]no markup[/red]
"""


@pytest.fixture
def exercise(toy: Course) -> Path:
    path = toy.exercise(toy.assignment("toy"))
    path.write_text(_RIGHT)
    return path


def test_full_marks_exit_0_and_lead_to_the_next_assignment(warm_learn: Learn, exercise: Path) -> None:
    result = warm_learn("check", "toy")
    assert result.exit_code == 0, result.output
    assert "Score 100 / 100" in result.stdout
    assert "learn start next-toy" in result.stdout
    assert result.stderr == ""


def test_two_mistakes_exit_1_and_say_what_and_where(warm_learn: Learn, exercise: Path) -> None:
    exercise.write_text(_TWO_MISTAKES)
    result = warm_learn("check", "toy")
    assert result.exit_code == 1
    assert "Doubles 1 and 2.  (visible test)" in result.stdout
    assert "first at [0]: got 2.5, expected 2" in result.stdout
    assert "line 6:  x[5] = y  # [red]no markup[/red]" in result.stdout
    assert "Hint: Does it hold for negative numbers?" in result.stdout
    assert "learn hint toy double" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_json_is_the_report_and_nothing_else(warm_learn: Learn, exercise: Path) -> None:
    exercise.write_text(_TWO_MISTAKES)
    result = warm_learn("check", "toy", "--json", "--seed", "7")
    report = msgspec.json.decode(result.stdout, type=Report)
    assert (report.seed, report.score, report.max_score) == (7, 0.0, 100.0)
    assert result.stderr == ""
    assert result.exit_code == 1


def test_same_seed_gives_the_same_report(warm_learn: Learn, exercise: Path) -> None:
    reports = [json.loads(warm_learn("check", "toy", "--json", "--seed", "7").stdout) for _ in range(2)]
    for report in reports:
        del report["duration_s"]
    assert reports[0] == reports[1]


def test_syntax_error_is_told_once(warm_learn: Learn, exercise: Path) -> None:
    exercise.write_text("def double(x:\n")
    result = warm_learn("check", "toy")
    assert result.exit_code == 1
    assert result.stdout.count("not valid Python") == 1
    assert "(5 tests)" in result.stdout
    assert "Next: mend line 1" in result.stdout


def test_untouched_stub_is_told_in_one_line(warm_learn: Learn, exercise: Path) -> None:
    warm_learn("generate", "toy", "--force")
    result = warm_learn("check", "toy")
    assert result.exit_code == 1
    assert result.stdout.count("Not written yet: `double` (line 11), `add_` (line 16)") == 1
    assert "not run until" not in result.stdout


def test_output_of_the_code_is_shown_with_control_characters_visible(warm_learn: Learn, exercise: Path) -> None:
    exercise.write_text("print('\\x1b[2J [bold]hi[/bold]')\n" + _RIGHT)
    result = warm_learn("check", "toy")
    assert "\\x1b[2J [bold]hi[/bold]" in result.stdout
    assert "\x1b" not in result.stdout


def test_check_of_one_task_leaves_the_best_of_the_assignment(warm_learn: Learn, exercise: Path, toy: Course) -> None:
    result = warm_learn("check", "toy", "--task", "double")
    assert result.exit_code == 0
    assert "add_" not in result.stdout
    known = load_progress(toy).assignment("toy")
    assert known.best is None
    assert known.task("double").best is not None


def test_checks_count_for_the_progress(warm_learn: Learn, exercise: Path, toy: Course) -> None:
    warm_learn("check", "toy")
    known = load_progress(toy).assignment("toy")
    assert known.best is not None and known.best.is_full
    assert "100 / 100" in warm_learn("status").stdout


def test_another_file_is_checked_without_counting(warm_learn: Learn, exercise: Path, toy: Course) -> None:
    other = exercise.with_name("other.py")
    other.write_text(_RIGHT)
    assert warm_learn("check", "toy", "--file", str(other)).exit_code == 0
    assert not progress_path(toy).exists()


def test_broken_progress_does_not_take_away_the_result(warm_learn: Learn, exercise: Path, toy: Course) -> None:
    progress_path(toy).parent.mkdir()
    progress_path(toy).write_text("{")
    result = warm_learn("check", "toy")
    assert result.exit_code == 0
    assert "Score 100 / 100" in result.stdout
    assert "progress.json" in result.stderr
    assert progress_path(toy).read_text() == "{"


def test_refused_submission_exits_2_without_a_score(warm_learn: Learn, exercise: Path) -> None:
    exercise.write_bytes(b"x = 1\0")
    result = warm_learn("check", "toy")
    assert result.exit_code == 2
    assert "refused" in result.stdout and "NUL bytes" in result.stdout
    assert "Score" not in result.stdout


@pytest.mark.parametrize("failure", ["suite", "sandbox"])
def test_failure_of_ours_exits_3_and_is_never_a_zero(
    learn: Learn, exercise: Path, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    monkeypatch.setattr(factory, "make_pool", lambda *_: BrokenPool(failure))
    result = learn("check", "toy", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["score"] is None
    assert result.stderr == ""
    result = learn("check", "toy")
    assert result.exit_code == 3
    assert "not your fault" in result.stdout and f"broken {failure}" in result.stdout
    assert "Score" not in result.stdout


class BrokenPool:
    """Answers that the suite is broken, or fails to answer."""

    def __init__(self, failure: str) -> None:
        self._failure = failure

    def grade(self, _: Job) -> Answer:
        if self._failure == "suite":
            return Answer(problem="broken suite")
        raise SandboxDiedError("broken sandbox")

    def __enter__(self) -> BrokenPool:
        return self

    def __exit__(self, *_: object) -> None:
        pass


# What ends before a sandbox is needed.


def test_missing_exercise_says_how_to_start(learn: Learn) -> None:
    result = learn("check", "toy")
    assert result.exit_code == 2
    assert "learn start toy" in result.stderr
    assert result.stdout == ""


def test_missing_file_exits_2(warm_learn: Learn) -> None:
    result = warm_learn("check", "toy", "--file", "nowhere.py")
    assert result.exit_code == 2
    assert "There is no file `nowhere.py`" in result.stderr


def test_wrong_task_offers_near_names(learn: Learn, exercise: Path) -> None:
    result = learn("check", "toy", "--task", "doubel")
    assert result.exit_code == 2
    assert "Did you mean `double`?" in result.stderr


def test_missing_engine_exits_3_with_its_message(learn: Learn, exercise: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise EngineMissingError("No Docker. Run `learn doctor`.")

    monkeypatch.setattr(factory, "make_pool", refuse)
    result = learn("check", "toy", "--sandbox", "docker")
    assert result.exit_code == 3
    assert result.stderr == "Error: No Docker. Run `learn doctor`.\n"
    assert result.stdout == ""


def test_bug_exits_3_with_a_short_message(warm_learn: Learn, exercise: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(pipeline, "plan", fail)
    result = warm_learn("check", "toy")
    assert result.exit_code == 3
    assert "bug in Gradus: ZeroDivisionError: oh" in result.stderr
    assert "GRADUS_DEBUG=1" in result.stderr
    assert "Traceback" not in result.output
    monkeypatch.setenv("GRADUS_DEBUG", "1")
    result = warm_learn("check", "toy")
    assert result.exit_code == 3
    assert "Traceback" in result.stderr


def test_interrupt_exits_130(learn: Learn, exercise: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(factory, "make_pool", interrupt)
    assert learn("check", "toy").exit_code == 130
