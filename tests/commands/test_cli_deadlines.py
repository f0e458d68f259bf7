"""What students read of deadlines in `list`, `status`, `show` and `start`, and whose deadlines those are."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import click.testing
import pytest

from grader.course.course import Course

Learn = Callable[..., click.testing.Result]

_CLASS = """
[class.deadlines]
next-toy = {everybodys}
[class.late]
fraction_a_day = 0.25
[[class.students]]
id = "ada"
extensions = {{ next-toy = {adas} }}
[[class.students]]
id = "ben"
"""
_SHOWN = [["list"], ["status"], ["show", "next-toy"], ["start", "next-toy"]]

all_four = pytest.mark.parametrize("command", _SHOWN, ids=lambda command: command[0])


@pytest.fixture(autouse=True)
def classroom(toy: Course, learn: Learn, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class whose deadline was a day ago, and in which Ada has some days more."""
    now = datetime.now(UTC).replace(microsecond=0)
    moments = {"everybodys": now - timedelta(hours=20), "adas": now + timedelta(days=5, hours=1)}
    text = _CLASS.format(**{name: moment.isoformat() for name, moment in moments.items()})
    with (toy.root / "course.toml").open("a", encoding="utf-8") as file:
        file.write(text)
    monkeypatch.setattr(getpass, "getuser", lambda: "root")


@all_four
def test_everybodys_deadline_is_shown_to_who_is_not_known(learn: Learn, command: list[str]) -> None:
    result = learn(*command)
    assert result.exit_code == 0
    assert "over, now 1 day late: 75 % counts" in result.stdout
    assert "extension" not in result.stdout
    assert result.stderr == ""


@all_four
@pytest.mark.parametrize("how", ["option", "variable", "login"])
def test_extension_is_shown_to_whom_it_was_given(
    learn: Learn, monkeypatch: pytest.MonkeyPatch, command: list[str], how: str
) -> None:
    if how == "variable":
        monkeypatch.setenv("GRADUS_STUDENT", "ada")
    elif how == "login":
        monkeypatch.setattr(getpass, "getuser", lambda: "ada")
    result = learn(*command, *(["--student", "ada"] if how == "option" else []))
    assert "in 5 days (your extension)" in result.stdout


@all_four
def test_student_that_the_class_does_not_have_is_told_and_no_error(learn: Learn, command: list[str]) -> None:
    result = learn(*command, "--student", "adda")
    assert result.exit_code == 0
    assert "The class has no student `adda`" in result.stderr
    assert "over, now 1 day late" in result.stdout


@all_four
def test_deadline_comes_in_chinese(learn: Learn, command: list[str]) -> None:
    assert "还有 5 天（你的延期）" in learn(*command, "--student", "ada", "--lang", "zh").stdout


@pytest.mark.parametrize("command", _SHOWN[:3], ids=lambda command: command[0])
def test_rule_for_late_work_is_said(learn: Learn, command: list[str]) -> None:
    assert "Late work loses 25 % of its score for each day begun." in learn(*command).stdout


def test_list_has_only_what_has_a_deadline_below_the_table(learn: Learn) -> None:
    lines = [line.split() for line in learn("list").stdout.splitlines()]
    assert [line[0] if line else "" for line in lines] == [
        "Assignment",
        "toy",
        "next-toy",
        "",
        "Assignment",
        "next-toy",
        "Late",
    ]


@pytest.mark.parametrize("command", [["show", "toy"], ["start", "toy"]], ids=lambda command: command[0])
def test_assignment_without_a_deadline_says_nothing_of_one(learn: Learn, command: list[str]) -> None:
    text = learn(*command).stdout
    assert "Due" not in text and "Late" not in text
