"""`learn check` and `learn watch`, with a real sandbox behind them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import click.testing
import msgspec
import pytest
from rich.cells import cell_len

from grader import pipeline
from grader.course.course import Course
from grader.errors import EngineMissingError, SandboxDiedError
from grader.models import Answer, Job, Report
from grader.sandbox import factory
from grader.student.progress import load_progress, progress_path

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


def test_two_mistakes_are_told_in_chinese(warm_learn: Learn, exercise: Path) -> None:
    exercise.write_text("print('嗨')\n" + _TWO_MISTAKES)
    text = warm_learn("check", "toy", "--lang", "zh").stdout
    for wanted in (
        "题目",
        "通过的测试",
        "把 1 和 2 加倍。  （公开测试）",
        "结果的值不对",
        "第一处在 [0]：得到 2.5，应为 2",
        "把任何数加倍。（2 种情形）",
        "提示：对负数也成立吗？",
        "1 个测试要等 `double` 返回正确的值之后才运行",
        "抛出了 `IndexError`",
        "第 7 行：  x[5] = y",
        "你的代码打印了：",
        "得分 0 / 100  （种子 ",
        "下一步：`double`",
    ):
        assert wanted in text
    chinese = re.compile("[\u4e00-\u9fff]")
    assert max(map(cell_len, text.splitlines())) <= 80
    english = [line for line in text.splitlines() if re.match(r"\s*[A-Z][a-z]+ ", line) and not chinese.search(line)]
    assert english == []


def test_other_ends_of_a_check_are_told_in_chinese(warm_learn: Learn, exercise: Path) -> None:
    assert "满分！下一步：下一个玩具" in warm_learn("check", "toy", "--lang", "zh").stdout
    exercise.write_text("def double(x:\n")
    text = "".join(warm_learn("check", "toy", "--lang", "zh").stdout.split())  # without the breaks of long lines
    assert "文件不是合法的Python代码：" in text
    assert "（5个测试）" in text
    assert "下一步：改好第1行，然后再检查一次。" in text
    warm_learn("generate", "toy", "--force")
    assert "还没有写：`double`（第 11 行）、`add_`（第 16 行）" in warm_learn("check", "toy", "--lang", "zh").stdout


def test_json_is_in_the_language_asked_for_and_names_it(warm_learn: Learn, exercise: Path) -> None:
    exercise.write_text(_TWO_MISTAKES)
    reports = {
        language: json.loads(warm_learn("check", "toy", "--json", "--seed", "7", "--lang", language).stdout)
        for language in ("en", "zh")
    }
    assert {language: report["language"] for language, report in reports.items()} == {"en": "en", "zh": "zh"}
    first = {language: report["tasks"][0]["tests"][0] for language, report in reports.items()}
    assert (first["zh"]["title"], first["zh"]["message"].splitlines()[0]) == ("把 1 和 2 加倍。", "结果的值不对")
    assert [test["verdict"] for test in first.values()] == ["failed", "failed"]
    assert first["en"]["kind"] == first["zh"]["kind"]


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


# Notebooks.


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    cells = ["!pip install x", f"{_RIGHT}\nshow(double(3))", "import \x1b[31m"]
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [{"cell_type": "code", "source": source, "metadata": {}} for source in cells],
    }
    path = tmp_path / "mine.ipynb"
    path.write_text(json.dumps(document))
    return path


def test_notebook_is_graded_and_what_was_left_out_is_told(warm_learn: Learn, notebook: Path) -> None:
    result = warm_learn("check", "toy", "--file", str(notebook))
    assert result.exit_code == 0, result.output
    assert "Score 100 / 100" in result.stdout
    assert "Cell 1, line 1 was left out: `!pip install x` is no Python." in result.stdout
    assert "Cell 3, line 1 is no valid Python" in result.stdout
    assert "Lines are counted through" in result.stdout
    assert "\x1b" not in result.stdout


def test_notes_on_a_notebook_come_in_chinese(warm_learn: Learn, notebook: Path) -> None:
    result = warm_learn("check", "toy", "--file", str(notebook), "--lang", "zh")
    assert "没有采用第 1 个单元格第 1 行" in result.stdout
    assert "left out" not in result.stdout


def test_notes_on_a_notebook_stay_out_of_the_document(warm_learn: Learn, notebook: Path) -> None:
    result = warm_learn("check", "toy", "--file", str(notebook), "--json")
    assert msgspec.json.decode(result.stdout, type=Report).score == 100
    assert "was left out" in result.stderr


def test_notebook_that_is_none_is_refused(warm_learn: Learn, notebook: Path) -> None:
    notebook.write_text("{")
    result = warm_learn("check", "toy", "--file", str(notebook))
    assert result.exit_code == 2
    assert "no valid notebook" in result.stdout
    assert "Traceback" not in result.output
