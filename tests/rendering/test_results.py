"""What the terminal shows of a graded class."""

from __future__ import annotations

import io

import msgspec
from rich.console import Console

from grader.classroom.gradebook.gradebook import Gradebook
from grader.rendering.results import render_summary
from tests.support.classes import make_class
from tests.support.gradebooks import make_gradebook


def _shown(gradebook: Gradebook, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace", newline="\n")
    render_summary(Console(file=stream, width=80, markup=False, emoji=False, highlight=False), gradebook)
    stream.flush()
    return stream.buffer.getvalue().decode(encoding)


def test_summary_has_a_line_for_each_assignment_with_its_counts() -> None:
    lines = [line.split() for line in _shown(make_gradebook()).splitlines()]

    assert ["sums", "3", "1", "0", "1", "1", "74.5", "75.5"] in [line[:8] for line in lines]
    assert ["long-sums", "1", "0", "1", "3", "0", "100.0", "100.0"] in [line[:8] for line in lines]
    assert ["all", "4", "1", "1", "4", "1", "74.5", "75.5"] in [line[:8] for line in lines]


def test_summary_draws_how_the_scores_are_distributed() -> None:
    sums = next(line for line in _shown(make_gradebook()).splitlines() if line.startswith("sums"))

    assert sums.endswith("    █  █ █")


def test_summary_draws_with_what_the_encoding_has() -> None:
    assert "█" not in _shown(make_gradebook(), "ascii")
    assert "    @  @ @" in _shown(make_gradebook(), "ascii")


def test_summary_names_the_common_misconceptions() -> None:
    shown = _shown(make_gradebook())

    assert "  2 Your total adds the rows only." in shown
    assert "sums total" in shown


def test_summary_says_what_to_do_next() -> None:
    nothing = msgspec.structs.replace(make_gradebook(), students=(), grades=())
    graded = make_gradebook()
    graded = msgspec.structs.replace(graded, grades=tuple(grade for grade in graded.grades if grade.student == "ada"))

    assert "1 not graded by no fault of the student. `learn grade`" in " ".join(_shown(make_gradebook()).split())
    assert "1 refused: the student has to mend the file." in _shown(make_gradebook())
    assert "`learn export --to csv`" in _shown(graded)
    assert "Nothing is graded yet. `learn grade`" in _shown(nothing)


def test_summary_of_a_whole_course_fits_a_terminal() -> None:
    assert max(len(line.rstrip()) for line in _shown(make_class(12)).splitlines()) <= 80
