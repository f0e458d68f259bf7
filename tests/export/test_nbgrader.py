"""Grades in nbgrader's own gradebook: `nbgrader export` and formgrader say what Gradus says, and nothing is run."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.classroom.gradebook.gradebook import Grade, Gradebook, GradeStatus, Override
from grader.course.course import Course
from grader.errors import UserError
from grader.export.nbgrader import write_nbgrader
from tests.support.gradebooks import HOSTILE, NOON, SUMS, make_gradebook
from tests.support.nbgrader import Classroom
from tests.support.notebooks import code, notebook_bytes

pytest.importorskip("nbgrader", reason="needs `pip install gradus-torch[nbgrader]`")

_BOOK = make_gradebook()
_STRANGER = _BOOK.students[-1].id
_COURSE = Course(Path(__file__).parents[2])
_SHOWN = code("def add(x, y): ...") | {
    "execution_count": 7,
    "outputs": [{"output_type": "display_data", "data": HOSTILE}],
}


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook without anything in it, as nbgrader makes one: that takes seconds."""
    path = tmp_path_factory.mktemp("nbgrader") / "gradebook.db"
    write_nbgrader(msgspec.structs.replace(_BOOK, students=(), assignments=(), grades=()), path)
    return path


@pytest.fixture
def database(tmp_path: Path, empty_database: Path) -> Path:
    (tmp_path / "nbgrader_config.py").write_text('c = get_config()\nc.CourseDirectory.course_id = "gradus"\n')
    return Path(shutil.copy(empty_database, tmp_path))


def _with_grade(book: Gradebook, student: str, **changes: Any) -> Gradebook:
    """Returns the gradebook with another grade of a student for `sums`."""
    grades = tuple(
        msgspec.structs.replace(grade, **changes) if (grade.student, grade.assignment) == (student, "sums") else grade
        for grade in book.grades
    )
    return msgspec.structs.replace(book, grades=grades)


def _submissions(database: Path, slug: str = "sums") -> dict[str, dict[str, Any]]:
    """Returns what formgrader's own API says, by student."""
    found = _formgrader(database).get_submissions(slug)
    return {submission["student"]: submission for submission in found}


def _formgrader(database: Path) -> Any:
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    config = Config()
    config.CourseDirectory.root = str(database.parent)
    config.CourseDirectory.db_url = f"sqlite:///{database}"
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def _exported(database: Path) -> list[dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "export", "--to", "grades.csv"],
        cwd=database.parent,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    with (database.parent / "grades.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _rows(database: Path) -> list[str]:
    with sqlite3.connect(database) as connection:
        rows = list(connection.iterdump())
    connection.close()
    return sorted(rows)


def _cells(database: Path, student: str) -> dict[str, tuple[float | None, float | None, bool]]:
    """Returns the automatic score, the one by hand and whether a look is needed, of each cell of `sums`."""
    from nbgrader.api import Gradebook as Theirs

    with Theirs(f"sqlite:///{database}") as book:
        grades = book.find_submission("sums", student).notebooks[0].grades
        return {grade.cell.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade) for grade in grades}


def _score_and_penalty(database: Path, student: str) -> tuple[float, float]:
    from nbgrader.api import Gradebook as Theirs

    with Theirs(f"sqlite:///{database}") as book:
        submission = book.find_submission("sums", student)
        return submission.score, submission.late_submission_penalty


def _timestamps(database: Path) -> dict[str, datetime | None]:
    from nbgrader.api import Gradebook as Theirs

    with Theirs(f"sqlite:///{database}") as book:
        return {submission.student_id: submission.timestamp for submission in book.find_assignment("sums").submissions}


def _comments(database: Path, student: str) -> dict[str, str | None]:
    from nbgrader.api import Gradebook as Theirs

    with Theirs(f"sqlite:///{database}") as book:
        comments = book.find_submission("sums", student).notebooks[0].comments
        return {comment.cell.name: comment.comment for comment in comments}


# What nbgrader says.


@pytest.mark.slow
def test_export_of_nbgrader_says_every_score(database: Path) -> None:
    write_nbgrader(_BOOK, database)
    lines = {(line["student_id"], line["assignment"]): line for line in _exported(database)}
    assert len(lines) == len(_BOOK.students) * len(_BOOK.assignments)
    for grade in _BOOK.grades:
        line = lines[grade.student, grade.assignment]
        assert float(line["score"]) == (grade.score or 0.0)
        assert float(line["max_score"]) == grade.max_score
        assert (line["timestamp"] == "") == (grade.status is GradeStatus.MISSING)
    late = lines["bob", "sums"]
    assert (late["raw_score"], late["late_submission_penalty"]) == ("60.0", "12.0")
    assert (lines["ada", "sums"]["last_name"], lines["ada", "sums"]["first_name"]) == ("Lovelace", "Ada")
    assert lines["ada", "sums"]["email"] == "ada@example.org"


def test_formgrader_tells_full_marks_part_marks_and_what_was_not_graded(database: Path) -> None:
    write_nbgrader(_BOOK, database)
    found = _submissions(database)
    assert sorted(found) == sorted(["ada", "bob", "李雷", _STRANGER])
    assert (found["ada"]["score"], found["ada"]["max_score"], found["ada"]["needs_manual_grade"]) == (100, 100, False)
    assert found["bob"]["score"] == 60  # formgrader's list shows scores before the penalty
    assert _score_and_penalty(database, "bob") == (60, 12)
    assert (found["李雷"]["score"], found["李雷"]["needs_manual_grade"]) == (0, True)
    assert _submissions(database, "long-sums")["李雷"]["needs_manual_grade"] is True
    assert _formgrader(database).get_student("ada")["score"] == 200
    assert _formgrader(database).get_student("dan")["score"] == 0


def test_each_task_has_its_score_and_what_is_wrong_with_it(database: Path) -> None:
    write_nbgrader(_BOOK, database)
    assert _cells(database, "bob") == {"test-add": (60.0, None, False), "test-total": (0.0, None, False)}
    comments = _comments(database, "bob")
    assert comments["solution-add"] is None
    assert "Your total adds the rows only." in (comments["solution-total"] or "")
    assert "took longer than 5 s" in (comments["solution-total"] or "")


def test_what_was_not_judged_says_why_and_is_no_zero(database: Path) -> None:
    write_nbgrader(_BOOK, database)
    assert _cells(database, "李雷") == {"test-add": (None, None, True), "test-total": (None, None, True)}
    assert _comments(database, "李雷")["solution-add"] == "Not graded: `sums.py` is not UTF-8 (line 3)."


def test_writing_twice_changes_nothing(database: Path) -> None:
    write_nbgrader(_BOOK, database)
    before = _rows(database)
    write_nbgrader(_BOOK, database)
    assert _rows(database) == before


def test_later_grade_takes_the_place_of_the_earlier_one(database: Path) -> None:
    write_nbgrader(_BOOK, database)
    full = _BOOK.grade("ada", "sums")
    write_nbgrader(_with_grade(_BOOK, "bob", score=100.0, raw_score=100.0, report=full.report), database)
    assert _score_and_penalty(database, "bob") == (100, 0)
    assert _comments(database, "bob")["solution-total"] is None


# Scores by hand.


@pytest.mark.parametrize("score", [0.0, 0.01, 33.3333, 59.9, 60.0, 75.5, 99.99, 100.0, 120.0])
@pytest.mark.parametrize("student", ["bob", "李雷"], ids=["graded and late", "refused"])
def test_override_is_the_score_whatever_was_earned(score: float, student: str, database: Path) -> None:
    override = Override(score=score, comment="A second look", by="eve", at=NOON)
    write_nbgrader(_with_grade(_BOOK, student, override=override, score=score), database)
    found, penalty = _score_and_penalty(database, student)
    assert found == pytest.approx(score, abs=1e-9)
    assert penalty == 0
    assert _submissions(database)[student]["needs_manual_grade"] is False
    assert all(by_hand is not None and by_hand >= 0 for _, by_hand, _ in _cells(database, student).values())
    assert _comments(database, student)["solution-add"] == "Gradus, by hand: A second look (eve)"


def test_override_that_was_taken_back_leaves_nothing(database: Path) -> None:
    write_nbgrader(_BOOK, database)
    before = _rows(database)
    override = Override(score=5.0, comment="Oops", by="eve", at=NOON)
    write_nbgrader(_with_grade(_BOOK, "bob", override=override, score=5.0), database)
    assert _rows(database) != before
    write_nbgrader(_BOOK, database)
    assert _rows(database) == before


def test_score_that_a_grader_gave_in_formgrader_stays(database: Path) -> None:
    from nbgrader.api import Gradebook as Theirs

    write_nbgrader(_BOOK, database)
    with Theirs(f"sqlite:///{database}") as book:
        grades = {grade.cell.name: grade for grade in book.find_submission("sums", "bob").notebooks[0].grades}
        grades["test-total"].manual_score = 25.0
        book.db.commit()
    write_nbgrader(_BOOK, database)
    assert _cells(database, "bob")["test-total"] == (0.0, 25.0, False)
    write_nbgrader(_with_grade(_BOOK, "bob", report=_BOOK.grade("ada", "sums").report), database)
    assert _cells(database, "bob")["test-total"] == (40.0, 25.0, True)


# Beside a course of nbgrader.


def _submitted(database: Path, student: str, slug: str = "sums") -> Path:
    folder = database.parent / "submitted" / student / slug
    folder.mkdir(parents=True)
    (folder / "sums.ipynb").write_bytes(notebook_bytes(_SHOWN))
    (folder / "timestamp.txt").write_text("2026-09-30 10:00:00.000000 UTC")
    return folder


def test_formgrader_believes_the_scores_of_what_it_collected(database: Path) -> None:
    _submitted(database, "ada")
    write_nbgrader(_BOOK, database)
    ada = _submissions(database)["ada"]
    assert (ada["score"], ada["autograded"], ada["submitted"]) == (100, True, True)
    assert ada["timestamp"] == "2026-09-30T10:00:00"
    assert _formgrader(database).get_submission("sums", "ada")["score"] == 100


def test_outputs_that_a_student_handed_in_are_not_shown_as_the_graders(database: Path) -> None:
    _submitted(database, "ada")
    write_nbgrader(_BOOK, database)
    placed = json.loads((database.parent / "autograded" / "ada" / "sums" / "sums.ipynb").read_bytes())
    assert placed["cells"] == [_SHOWN | {"outputs": [], "execution_count": None}]


def test_file_that_is_no_notebook_is_not_placed_and_its_score_is_believed(database: Path) -> None:
    (_submitted(database, "ada") / "sums.ipynb").write_text("{ no notebook")
    write_nbgrader(_BOOK, database)
    assert not (database.parent / "autograded" / "ada" / "sums" / "sums.ipynb").exists()
    assert _submissions(database)["ada"]["score"] == 100


@pytest.mark.parametrize("stamp", [None, "yesterday", "9" * 200], ids=["none", "no moment", "long"])
def test_submission_without_a_readable_moment_is_believed_as_well(stamp: str | None, database: Path) -> None:
    path = _submitted(database, "ada") / "timestamp.txt"
    path.unlink() if stamp is None else path.write_text(stamp)
    write_nbgrader(_BOOK, database)
    if stamp is not None:
        path.unlink()  # nbgrader itself fails on it
    assert _submissions(database)["ada"]["score"] == 100


def test_notebook_that_stands_in_autograded_stays(database: Path) -> None:
    _submitted(database, "ada")
    placed = database.parent / "autograded" / "ada" / "sums" / "sums.ipynb"
    placed.parent.mkdir(parents=True)
    placed.write_text("autograded by nbgrader")
    write_nbgrader(_BOOK, database)
    assert placed.read_text() == "autograded by nbgrader"


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_link_among_the_submissions_is_not_followed(database: Path) -> None:
    secret = database.parent / "secret"
    secret.write_text("the roster")
    notebook = _submitted(database, "ada") / "sums.ipynb"
    notebook.unlink()
    notebook.symlink_to(secret)
    write_nbgrader(_BOOK, database)
    assert not (database.parent / "autograded" / "ada" / "sums" / "sums.ipynb").exists()
    assert _submissions(database)["ada"]["score"] == 100


@pytest.mark.parametrize("student", ["../../ada", "..", "a/../../b", "/etc"])
def test_id_that_leads_elsewhere_writes_no_file(student: str, database: Path) -> None:
    _submitted(database, "ada")
    elsewhere = database.parent.parent
    before = {path for path in elsewhere.rglob("*") if "autograded" in path.parts}
    grade: Grade = msgspec.structs.replace(_BOOK.grade("ada", "sums"), student=student)
    person = msgspec.structs.replace(_BOOK.students[0], id=student)
    book = msgspec.structs.replace(_BOOK, students=(person,), assignments=(SUMS,), grades=(grade,))
    write_nbgrader(book, database)
    assert {path for path in elsewhere.rglob("*") if "autograded" in path.parts} == before


def test_id_that_leads_elsewhere_reads_no_file(database: Path) -> None:
    folder = _submitted(database, "ada")
    student = f"../{folder.parents[1].name}/ada"
    person = msgspec.structs.replace(_BOOK.students[0], id=student)
    grade = msgspec.structs.replace(_BOOK.grade("ada", "sums"), student=student)
    write_nbgrader(msgspec.structs.replace(_BOOK, students=(person,), assignments=(SUMS,), grades=(grade,)), database)
    assert _timestamps(database) == {student: NOON.replace(tzinfo=None)}


@pytest.mark.slow
def test_scores_fit_the_assignment_that_nbgrader_itself_made(tmp_path: Path) -> None:
    assignment = _COURSE.assignment("broadcasting")
    room = Classroom(tmp_path, _COURSE, assignment)
    room.generate_assignment()
    room.hand_in("ada", room.release)
    grade = Grade(student="ada", assignment=assignment.slug, status=GradeStatus.NOT_GRADED, score=None, max_score=100.0)
    book = msgspec.structs.replace(_BOOK, students=_BOOK.students[:1], assignments=(assignment,), grades=(grade,))
    write_nbgrader(book, tmp_path / "gradebook.db")
    room.run("generate_assignment", assignment.slug, "--create", "--force")  # refuses if cells had come or gone
    found = _submissions(tmp_path / "gradebook.db", assignment.slug)["ada"]
    assert (found["max_score"], found["needs_manual_grade"], found["autograded"]) == (100, True, True)


# What is refused.


def _other_cells(database: Path) -> None:
    from nbgrader.api import Gradebook as Theirs

    with Theirs(f"sqlite:///{database}") as book:
        book.add_assignment("sums")
        book.add_notebook("sums", "sums")
        book.add_grade_cell("question-1", "sums", "sums", max_score=3, cell_type="code")


def _foreign_tables(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE student (name TEXT)")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_other_cells, "has other graded cells for `sums`"),
        (lambda database: database.write_text("no database " * 100), "is no gradebook"),
        (_foreign_tables, "is no gradebook"),
        (Path.mkdir, "is no gradebook"),
    ],
    ids=["other cells", "text", "other tables", "folder"],
)
def test_database_that_is_not_ours_to_fill_is_refused(
    spoil: Callable[[Path], object], message: str, database: Path
) -> None:
    if spoil is not _other_cells:
        database.unlink()
    spoil(database)
    with pytest.raises(UserError, match=message) as caught:
        write_nbgrader(_BOOK, database)
    assert f"`{database}`" in str(caught.value)


def test_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    write_nbgrader(msgspec.structs.replace(_BOOK, grades=()), tmp_path / "grades" / "export" / "gradebook.db")
    assert (tmp_path / "grades" / "export" / "gradebook.db").is_file()


def test_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "grades").write_text("a file")
    with pytest.raises(UserError, match="cannot be written"):
        write_nbgrader(_BOOK, tmp_path / "grades" / "gradebook.db")


def test_missing_nbgrader_is_said_with_the_command(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = database.read_bytes()
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    with pytest.raises(UserError, match="pip install"):
        write_nbgrader(_BOOK, database)
    assert database.read_bytes() == before


def test_database_is_made_where_no_environment_is_activated(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database.unlink()
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    write_nbgrader(_BOOK, database)
    assert _submissions(database)["ada"]["score"] == 100
    assert os.environ["PATH"] == "/usr/bin:/bin"
