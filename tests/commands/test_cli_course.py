"""The commands that need no sandbox: list, show, start, hint, status, reset, generate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from grader.course.course import Course
from grader.student.progress import progress_path

Learn = Callable[..., click.testing.Result]


def test_list_shows_the_assignments_in_order(learn: Learn) -> None:
    result = learn("list")
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[1] == ["toy", "Two", "toys", "easy", "5", "100", "-"]
    assert lines[2][0] == "next-toy"


@pytest.mark.parametrize("how", ["option", "GRADUS_LANG", "LC_ALL"])
def test_titles_come_in_the_language_chosen(learn: Learn, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    if how != "option":
        monkeypatch.setenv(how, "zh" if how == "GRADUS_LANG" else "zh_CN.UTF-8")
    assert "两个玩具" in learn("list", *(["--lang", "zh"] if how == "option" else [])).stdout


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["list"], ["作业", "难度", "简单", "最好成绩"]),
        (["show", "toy"], ["简单，约 5 分钟，100 分", "题目", "分数"]),
        (["hint", "toy"], ["double 的提示 1 / 2", "还有 1 条：`learn hint toy double`"]),
        (["status"], ["上次检查", "110 分中得到 0 分，2 份作业中有 0 份满分"]),
    ],
    ids=lambda value: value[0],
)
def test_labels_come_in_the_language_chosen(learn: Learn, arguments: list[str], wanted: list[str]) -> None:
    text = learn(*arguments, "--lang", "zh").stdout
    assert [phrase for phrase in wanted if phrase not in text] == []


def test_course_is_found_by_option_and_by_variable(
    learn: Learn, toy: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert learn("list").exit_code == 2
    assert learn("list", "--course", str(toy.root)).exit_code == 0
    monkeypatch.setenv("GRADUS_COURSE", str(toy.root))
    assert learn("list").exit_code == 0


def test_wrong_slug_offers_near_names(learn: Learn) -> None:
    result = learn("show", "next_tow")
    assert result.exit_code == 2
    assert "Did you mean `next-toy`" in result.stderr
    assert result.stdout == ""


def test_broken_toml_exits_2_with_its_path(learn: Learn, toy: Course) -> None:
    (toy.folder("toy") / "assignment.toml").write_text("format_version = 1\n")
    result = learn("list")
    assert result.exit_code == 2
    assert "assignment.toml" in result.stderr


def test_show_prints_plain_markdown_and_the_points_when_piped(learn: Learn, toy: Course) -> None:
    result = learn("show", "toy")
    assert toy.statement(toy.assignment("toy"), "en").rstrip() in result.stdout
    assert result.stdout.splitlines()[-2].split() == ["double", "60"]


def test_show_of_one_task_prints_its_section(learn: Learn) -> None:
    result = learn("show", "toy", "--task", "add_", "--lang", "zh")
    assert result.stdout == "## `add_`（40 分）\n\n把 `y` 原地加到 `x` 上。\n"


def test_show_of_a_task_without_a_section_prints_its_signature(learn: Learn) -> None:
    assert "class Halver(torch.nn.Module)" in learn("show", "next-toy", "--task", "Halver").stdout


def test_start_writes_the_stub_and_says_what_to_do(learn: Learn, toy: Course) -> None:
    result = learn("start", "next_toy")
    assert result.exit_code == 0
    assert "learn check next-toy" in result.stdout
    assert 'NotImplementedError("Halver.forward")' in (toy.root / "exercises" / "next_toy.py").read_text()


def test_start_leaves_work_as_it_is(learn: Learn, toy: Course) -> None:
    path = toy.exercise(toy.assignment("toy"))
    path.write_text("my work")
    result = learn("start", "toy")
    assert result.exit_code == 0
    assert "as you left it" in result.stdout
    assert path.read_text() == "my work"


def test_start_tells_a_new_exercise_from_an_untouched_one(learn: Learn) -> None:
    assert "It was put there now." in learn("start", "toy").stdout
    assert "nothing in it has changed yet" in learn("start", "toy").stdout


def test_start_tells_that_an_untouched_exercise_was_renewed(learn: Learn, toy: Course) -> None:
    learn("start", "toy")
    solution = toy.solution(toy.assignment("toy"))
    solution.write_text(solution.read_text().replace("Two toys.", "Two new toys."))
    assert "so it was renewed" in learn("start", "toy").stdout
    assert "Two new toys." in toy.exercise(toy.assignment("toy")).read_text()


def test_start_does_not_call_the_current_stub_renewed_that_was_not_recorded(learn: Learn, toy: Course) -> None:
    learn("start", "toy")
    (toy.root / "exercises" / ".stubs.json").unlink()
    assert "nothing in it has changed yet" in learn("start", "toy").stdout


def test_start_claims_nothing_of_an_exercise_that_it_cannot_compare(learn: Learn, toy: Course) -> None:
    learn("start", "toy")
    toy.solution(toy.assignment("toy")).unlink()
    text = learn("start", "toy").stdout
    assert "It was there already." in text and "as you left it" not in text


def test_start_and_reset_come_in_chinese(learn: Learn) -> None:
    assert "刚刚放好" in learn("start", "toy", "--lang", "zh").stdout
    assert "会保留一份备份" in learn("reset", "toy", "--lang", "zh", input="n\n").stderr
    assert "已恢复成最初的样子" in learn("reset", "toy", "--yes", "--lang", "zh").stdout


def test_hint_reveals_one_more_each_time(learn: Learn) -> None:
    first, second, third = (learn("hint", "toy").stdout for _ in range(3))
    assert "What is `x` plus itself?" in first and "Multiply" not in first
    assert "Multiply" in second
    assert "no more hints" in third


def test_hint_comes_in_chinese(learn: Learn) -> None:
    assert "`x` 加上它自己是什么？" in learn("hint", "toy", "double", "--lang", "zh").stdout


def test_hint_of_a_wrong_task_offers_near_names(learn: Learn) -> None:
    result = learn("hint", "toy", "ad_")
    assert result.exit_code == 2
    assert "`add_`" in result.stderr


def test_hint_takes_the_task_as_check_and_show_do(learn: Learn) -> None:
    assert "for double" in learn("hint", "toy", "--task", "double").stdout


def test_hint_of_a_wrong_task_by_option_offers_near_names(learn: Learn) -> None:
    result = learn("hint", "toy", "--task", "doubel")
    assert result.exit_code == 2
    assert "Did you mean `double`" in result.stderr


def test_hint_of_two_tasks_is_an_error_and_reveals_nothing(learn: Learn, toy: Course) -> None:
    result = learn("hint", "toy", "double", "--task", "add_")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "`double` and `add_`" in result.stderr
    assert not progress_path(toy).exists()


def test_hint_of_one_task_named_twice_is_that_ones(learn: Learn) -> None:
    assert learn("hint", "toy", "double", "--task", "double").exit_code == 0


def test_status_of_a_beginner_is_all_open(learn: Learn) -> None:
    result = learn("status")
    assert result.exit_code == 0
    assert "0 of 110 points, 0 of 2 assignments with full marks" in result.stdout


def test_broken_progress_exits_2_and_says_how_to_go_on(learn: Learn, toy: Course) -> None:
    progress_path(toy).parent.mkdir()
    progress_path(toy).write_text("{")
    result = learn("status")
    assert result.exit_code == 2
    assert "progress.json" in result.stderr and "mv " in result.stderr


def test_reset_asks_first_and_a_no_changes_nothing(learn: Learn, toy: Course) -> None:
    path = toy.exercise(toy.assignment("toy"))
    path.write_text("my work")
    result = learn("reset", "toy", input="n\n")
    assert result.exit_code == 0
    assert path.read_text() == "my work"
    assert result.stdout == ""


def test_reset_without_an_answer_changes_nothing(learn: Learn, toy: Course) -> None:
    path = toy.exercise(toy.assignment("toy"))
    path.write_text("my work")
    assert learn("reset", "toy", input="").exit_code == 130
    assert path.read_text() == "my work"


def test_reset_keeps_a_backup(learn: Learn, toy: Course) -> None:
    path = toy.exercise(toy.assignment("toy"))
    path.write_text("my work")
    result = learn("reset", "toy", "--yes")
    assert result.exit_code == 0
    assert "toy.py.bak-1" in result.stdout
    assert path.with_name("toy.py.bak-1").read_text() == "my work"
    assert "NotImplementedError" in path.read_text()


def test_generate_check_lists_what_is_not_current(learn: Learn, toy: Course) -> None:
    result = learn("generate", "--check")
    assert result.exit_code == 1
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["missing", "missing"]
    assert learn("generate").exit_code == 0
    assert learn("generate", "--check").exit_code == 0


def test_generate_leaves_work_alone_and_does_the_rest(learn: Learn, toy: Course) -> None:
    path = toy.exercise(toy.assignment("toy"))
    path.write_text("my work")
    result = learn("generate")
    assert result.exit_code == 2
    assert "toy.py" in result.stderr and "--force" in result.stderr
    assert path.read_text() == "my work"
    assert (toy.root / "exercises" / "next_toy.py").exists()


def test_generate_force_keeps_a_backup(learn: Learn, toy: Course) -> None:
    path = toy.exercise(toy.assignment("toy"))
    path.write_text("my work")
    assert learn("generate", "toy", "--force").exit_code == 0
    assert path.with_name("toy.py.bak-1").read_text() == "my work"


def test_new_writes_an_assignment_that_is_listed_and_shown(learn: Learn, toy: Course) -> None:
    result = learn(
        "new", "running-mean", "--title", "zh=滑动平均", "--task", "def mean(x: Tensor, dim: int) -> Tensor:",
        "--task", "Averager", "--forbid", ".mean",
    )  # fmt: skip

    assert result.exit_code == 0
    assert str(toy.root / "solutions" / "running_mean.py") in result.stdout.splitlines()
    assert "`learn verify running-mean` lists what is left" in result.stderr
    assert 'Add "running-mean" to `order`' in result.stderr
    assert "滑动平均" in learn("list", "--lang", "zh").stdout
    assert "class Averager(nn.Module)" in learn("show", "running-mean", "--task", "Averager").stdout
    assert "def mean(x: Tensor, dim: int) -> Tensor" in learn("show", "running-mean", "--task", "mean").stdout
    assert "Forbidden: `.mean`." in learn("show", "running-mean", "--lang", "en").stdout


def test_new_with_a_name_that_is_taken_exits_2(learn: Learn) -> None:
    result = learn("new", "toy")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "There is an assignment `toy` already" in result.stderr
