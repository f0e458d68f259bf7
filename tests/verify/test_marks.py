"""An assignment that is being written gets a short list of what is left, in the order of its writing, and no trials."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click.testing
import msgspec
import pytest

from grader.course.course import Course
from grader.course.exercises import generate
from grader.course.scaffold import scaffold
from grader.models import Assignment
from grader.verify.gate import Verification
from grader.verify.marks import complaints_about_marks
from grader.verify.verdicts import Complaint

Learn = Callable[..., click.testing.Result]


@pytest.fixture
def begun(toy: Course) -> Course:
    """The toy course with a new assignment of two tasks."""
    scaffold(toy, "sums", tasks=("total", "Averager"))
    return Course(toy.root)


def _left(course: Course) -> list[Complaint]:
    return complaints_about_marks(course, course.assignment("sums"))


def _subjects(course: Course) -> list[str]:
    return [complaint.subject.removeprefix("assignments/sums/") for complaint in _left(course)]


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _finish(course: Course, assignment: Assignment) -> None:
    folder = course.folder(assignment.slug)
    for path in [*folder.rglob("*.*"), course.solution(assignment)]:
        path.write_text(path.read_text(encoding="utf-8").replace("TODO(author)", "Done"), encoding="utf-8")


def test_marks_are_listed_in_the_order_of_writing(begun: Course) -> None:
    assert _subjects(begun) == [
        "assignment.toml",
        "statement.en.md",
        "statement.zh.md",
        "solutions/sums.py",
        "suite/test_total.py",
        "suite/test_Averager.py",
        "mutants/total.toml",
        "mutants/Averager.toml",
        "variants/total.py",
        "variants/Averager.py",
        "exercises/sums.py",
    ]
    assert {complaint.check for complaint in _left(begun)} == {"todo"}


def test_lines_that_follow_each_other_are_one_span(begun: Course) -> None:
    (mutants,) = (complaint for complaint in _left(begun) if complaint.subject.endswith("mutants/total.toml"))

    assert mutants.message == "has `TODO(author)` in lines 6-8, 11-13, 16-18, 21-23, 26-28"


def test_single_mark_is_in_one_line(begun: Course) -> None:
    _finish(begun, begun.assignment("sums"))
    _change(begun.solution(begun.assignment("sums")), "Done: what", "TODO(author): what")
    path = begun.solution(begun.assignment("sums"))
    path.write_text(path.read_text(encoding="utf-8").replace("TODO(author)", "Done", 1), encoding="utf-8")
    generate(begun, begun.assignment("sums"))

    assert [(left.subject, left.message) for left in _left(begun)] == [
        ("solutions/sums.py", "has `TODO(author)` in line 17")
    ]


def test_finished_assignment_has_nothing_left(begun: Course) -> None:
    _finish(begun, begun.assignment("sums"))

    assert _left(begun) == []


def test_exercise_that_is_missing_or_stale_is_to_be_generated(begun: Course) -> None:
    assignment = begun.assignment("sums")
    assert _left(begun)[-1].message == "is missing: run `learn generate sums`"

    generate(begun, assignment)
    assert _subjects(begun)[-1] == "variants/Averager.py"

    _change(begun.solution(assignment), "import torch\n", "import math\n\nimport torch\n")
    assert _left(begun)[-1].message == "is stale: run `learn generate sums`"


def test_mark_in_the_exercise_is_not_the_author_s(begun: Course) -> None:
    generate(begun, begun.assignment("sums"))
    _finish(begun, begun.assignment("sums"))

    assert "TODO(author)" in begun.exercise(begun.assignment("sums")).read_text(encoding="utf-8")
    assert _left(begun) == []


def test_solution_that_is_no_python_yet_does_not_end_the_list(begun: Course) -> None:
    _change(begun.solution(begun.assignment("sums")), "def total(", "def total((")

    assert len(_left(begun)) == 11
    assert _left(begun)[-1].message.startswith("cannot be cut yet: ")


def test_own_file_of_the_author_comes_before_the_suites_of_the_tasks(begun: Course) -> None:
    (begun.folder("sums") / "suite" / "sums_oracle.py").write_text("# TODO(author): all of it\n", encoding="utf-8")

    assert _subjects(begun)[3:6] == ["solutions/sums.py", "suite/sums_oracle.py", "suite/test_total.py"]


# `learn verify`.


def test_verify_of_an_unfinished_assignment_tries_nothing(learn: Learn, begun: Course) -> None:
    result = learn("verify", "sums")  # with no sandbox to try it in

    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["✗", "sums", "unfinished:", "nothing", "was", "tried"]
    assert "Not proved: 11 complaints" in lines[-1]


def test_verify_of_an_unfinished_assignment_says_so_in_its_document(learn: Learn, begun: Course) -> None:
    found = msgspec.json.decode(learn("verify", "sums", "--json").stdout, type=Verification)

    (proof,) = found.assignments
    assert (found.is_proved, proof.is_finished, proof.tally.tests) == (False, False, 0)
    assert {complaint.check for complaint in proof.complaints} == {"todo"}


def test_edits_that_do_not_fit_yet_do_not_end_the_list(learn: Learn, begun: Course) -> None:
    _change(begun.folder("sums") / "mutants" / "total.toml", "TODO(author): a piece of the solution", "x.sum()")

    result = learn("verify", "sums")
    assert (result.exit_code, result.stderr) == (1, "")
    assert "todo `assignments/sums/mutants/total.toml`" in " ".join(result.stdout.split())


def test_unknown_task_of_an_unfinished_assignment_is_refused(learn: Learn, begun: Course) -> None:
    result = learn("verify", "sums", "--task", "totl")

    assert result.exit_code == 2
    assert "Did you mean `total`" in result.stderr


@pytest.mark.slow
def test_unfinished_assignment_does_not_keep_the_others_from_being_tried(warm_learn: Learn, begun: Course) -> None:
    document = warm_learn("verify", "sums", "toy", "--seeds", "5", "--json").stdout

    unfinished, tried = msgspec.json.decode(document, type=Verification).assignments
    assert (unfinished.assignment, unfinished.is_finished) == ("sums", False)
    assert (tried.assignment, tried.is_finished, tried.tally.seeds) == ("toy", True, 5)
