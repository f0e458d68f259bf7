"""`learn report`: what it prints, what it writes, and what it says when it cannot."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import pytest

import grader.classroom.results
from grader.course.course import Course
from tests.support.gradebooks import make_gradebook

Learn = Callable[..., click.testing.Result]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the store was opened with; it holds the small class."""
    calls: list[tuple[Any, ...]] = []

    def open_results(*arguments: Any) -> Any:
        calls.append(arguments)
        return make_gradebook()

    monkeypatch.setattr(grader.classroom.results, "open_results", open_results)
    return calls


def test_report_prints_a_summary_and_where_the_page_is(learn: Learn, toy: Course, opened: list[Any]) -> None:
    result = learn("report")

    assert (result.exit_code, result.stderr) == (0, "")
    assert "A class  5 students" in result.stdout
    assert "The class, for instructors only: grades/report.html" in result.stdout
    assert (toy.root / "grades" / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert not (toy.root / "grades" / "feedback").exists()


def test_report_writes_a_page_for_each_student_if_asked(learn: Learn, tmp_path: Path, opened: list[Any]) -> None:
    result = learn("report", "--students", "--out", str(tmp_path / "out"))

    assert result.exit_code == 0
    assert f"Feedback for 5 students, one page each: {tmp_path / 'out' / 'feedback'}" in result.stdout
    assert {"ada.html", "bob.html", "dan.html"} < {path.name for path in (tmp_path / "out" / "feedback").iterdir()}


def test_report_writes_the_page_where_it_is_told(learn: Learn, tmp_path: Path, opened: list[Any]) -> None:
    assert learn("report", "--html", str(tmp_path / "page.html")).exit_code == 0
    assert (tmp_path / "page.html").is_file()


def test_report_opens_the_store_that_is_named(
    learn: Learn, tmp_path: Path, opened: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADUS_OUT", str(tmp_path / "out"))
    learn("report", "--store", "sqlite:///class.db")

    assert opened[0][1:] == (tmp_path / "out", "sqlite:///class.db")


def test_report_without_results_names_the_command_that_makes_them(learn: Learn) -> None:
    result = learn("report")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "learn grade" in result.stderr


def test_report_without_plotly_says_what_to_install(
    learn: Learn, opened: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "plotly"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "grader.report.figures", raising=False)
    monkeypatch.setitem(sys.modules, "plotly", None)
    result = learn("report")

    assert result.exit_code == 2
    assert "pip install 'gradus-torch[class]'" in result.stderr


def test_report_that_cannot_be_written_exits_2(learn: Learn, tmp_path: Path, opened: list[Any]) -> None:
    (tmp_path / "file").write_text("")
    result = learn("report", "--html", str(tmp_path / "file" / "page.html"))

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
