"""Every export of one gradebook, read back by what reads such files; nothing becomes a zero, a formula or markup."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from typing import Any

import junitparser
import msgspec
import pytest

from grader.classroom.gradebook.gradebook import Gradebook, GradeStatus
from grader.classroom.gradebook.table import COLUMNS, grades_csv
from grader.course.roster import Student
from grader.export.canvas import canvas_csv
from grader.export.document import ClassDocument, class_json
from grader.export.exported import Exported, column_names
from grader.export.formats import FORMATS
from grader.export.gradescope import gradescope_zip, results_json
from grader.export.junit import junit_xml
from grader.export.moodle import moodle_csv
from grader.files.spreadsheet import guarded, is_formula, table
from grader.models import Text, Verdict
from tests.support.gradebooks import HOSTILE, LONG_SUMS, NOON, SUMS, make_gradebook

_BOOK = make_gradebook()
_FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1"]


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def _with_students(*students: Student) -> Gradebook:
    grade = _BOOK.grade("ada", "sums")
    grades = [
        msgspec.structs.replace(grade, student=student.id, assignment=one.slug)
        for student in students
        for one in _BOOK.assignments
    ]
    return msgspec.structs.replace(_BOOK, students=students, grades=tuple(grades))


def _named(*titles: str) -> Gradebook:
    assignments = tuple(
        msgspec.structs.replace(SUMS, slug=f"slug-{number}", title=Text(en=title, zh="题"))
        for number, title in enumerate(titles)
    )
    return msgspec.structs.replace(_with_students(), assignments=assignments)


# Tables in general.


@pytest.mark.parametrize("text", _FORMULAS)
def test_guarded_text_is_no_formula_and_can_be_had_back(text: str) -> None:
    assert is_formula(text)
    assert guarded(text) == f"'{text}"
    assert not is_formula(guarded(text))


@pytest.mark.parametrize("text", ["ada", "李雷", "a=b", "", "3.5"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


def test_guarded_texts_never_meet() -> None:
    assert guarded("'=1") != guarded("=1")
    assert guarded("'a") == "''a"


@pytest.mark.parametrize("cell", ["a;b", "a\tb", 'say "hi"', "two\nlines", "a,b", ""])
def test_table_gives_every_cell_back(cell: str) -> None:
    assert _rows(table([["x", cell, "y"]])) == [["x", cell, "y"]]


def test_lone_surrogate_does_not_stop_an_export() -> None:
    assert table([["\ud800"]]) == b"\\ud800\n"


# grades.csv


def test_grades_have_the_promised_columns_first_and_are_sorted() -> None:
    header, *rows = _rows(grades_csv(_BOOK))

    assert header[:5] == ["student", "assignment", "score", "max_score", "status"]
    assert tuple(header) == COLUMNS
    assert len(rows) == len(_BOOK.students) * len(_BOOK.assignments)
    assert sorted((one.student, one.assignment) for one in _BOOK.grades) == [
        (row[0].removeprefix("'"), row[1]) for row in rows
    ]


def test_grades_leave_a_score_that_there_is_not_empty() -> None:
    rows = {(row[0], row[1]): row for row in _rows(grades_csv(_BOOK))}

    assert rows["dan", "sums"][2:6] == ["", "100", "missing", ""]
    assert rows["李雷", "sums"][2:5] == ["", "100", "refused"]
    assert rows["李雷", "long-sums"][2:5] == ["", "100", "not_graded"]
    assert rows["bob", "sums"] == [
        *("bob", "sums", "48", "100", "graded", "60", "2", "3", "3", NOON.isoformat(timespec="seconds"), "")
    ]


def test_grades_hold_no_formula_and_the_comment_of_an_override() -> None:
    rows = _rows(grades_csv(_BOOK))

    assert not any(is_formula(cell) for row in rows for cell in row)
    overridden = next(row for row in rows if row[0].startswith("'=cmd") and row[1] == "sums")
    assert overridden[2] == "75.5"
    assert overridden[-1] == f"A second look {HOSTILE}"


# Canvas


def test_canvas_has_its_columns_and_a_row_of_points() -> None:
    header, points, *rows = _rows(canvas_csv(_BOOK).content)

    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Sums", "Long sums"]
    assert points == ["    Points Possible", "", "", "", "", "100", "100"]
    assert rows[0] == ["Lovelace, Ada", "", "1001", "ada", "A", "100", "100"]
    assert [row[5:] for row in rows] == [["100", "100"], ["48", ""], ["", ""], ["", ""]]


def test_canvas_leaves_out_and_names_whoever_it_could_not_match_safely() -> None:
    exported = canvas_csv(_BOOK)

    assert not any(is_formula(cell) for row in _rows(exported.content) for cell in row)
    assert len(exported.notes) == 1
    assert exported.notes[0].startswith("`=cmd") and "left out" in exported.notes[0]


def test_canvas_row_of_a_student_is_never_read_as_the_row_of_points() -> None:
    book = _with_students(Student(id="Points Possible"), Student(id="ada", name="My Points Possible"))
    exported = canvas_csv(book)

    assert len(_rows(exported.content)) == 2
    assert len(exported.notes) == 2


@pytest.mark.parametrize("title", ["Section", "ID", "Final Score", "Unposted Current Grade", "Week (2)", "=1", ""])
def test_canvas_column_has_the_slug_where_the_title_would_be_misread(title: str) -> None:
    header = _rows(canvas_csv(_named(title, "Sums")).content)[0]

    assert header[5:] == ["slug-0", "Sums"]


def test_columns_of_equal_titles_are_told_apart() -> None:
    book = _named("Sums", "sums ", "Long\n sums")

    assert column_names(book.assignments, lambda title: True) == {
        "slug-0": "slug-0",
        "slug-1": "slug-1",
        "slug-2": "Long sums",
    }


# Moodle


def test_moodle_has_only_keys_that_everybody_has_and_a_dash_for_no_grade() -> None:
    exported = moodle_csv(_BOOK)

    assert _rows(exported.content) == [
        ["Username", "ID number", "Sums", "Long sums"],
        ["ada", "1001", "100", "100"],
        ["bob", "1002", "48", "-"],
        ["李雷", "1003", "-", "-"],
        ["dan", "1004", "-", "-"],
    ]
    assert any("Email address" in note for note in exported.notes)


def test_moodle_leaves_out_whoever_would_stop_the_import() -> None:
    exported = moodle_csv(_with_students(Student(id="ada", number="1"), Student(id="stranger")))

    assert [row[0] for row in _rows(exported.content)] == ["Username", "ada"]
    assert any("`stranger` is left out" in note for note in exported.notes)


def test_moodle_takes_everybody_where_there_is_no_roster() -> None:
    exported = moodle_csv(_with_students(Student(id="ada"), Student(id="bob")))

    assert [row[0] for row in _rows(exported.content)] == ["Username", "ada", "bob"]


# JUnit


def _suites() -> dict[str, Any]:
    return {suite.name: suite for suite in junitparser.JUnitXml.fromstring(junit_xml(_BOOK).content)}


def test_junit_has_a_case_for_each_test_and_its_counts_are_right() -> None:
    suite = _suites()["sums.bob"]

    cases = {case.name: case for case in suite}
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (4, 2, 0, 0)
    assert [case.is_passed for case in cases.values()] == [True, True, False, False]
    timeout = cases["test_total.py::test_random"].result[0]
    assert isinstance(timeout, junitparser.Failure)
    assert (timeout.type, timeout.message) == ("timeout", "took longer than 5 s")
    assert {one.name: one.value for one in suite.properties()}["score"] == "48"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("sums.李雷", junitparser.Failure),
        ("long-sums.李雷", junitparser.Error),
        ("sums.dan", junitparser.Skipped),
    ],
)
def test_junit_never_passes_what_has_no_score(name: str, kind: type) -> None:
    (case,) = _suites()[name]

    assert [type(result) for result in case.result] == [kind]
    assert {one.name: one.value for one in _suites()[name].properties()}["score"] == ""


def test_junit_totals_are_those_of_its_suites() -> None:
    root = ET.fromstring(junit_xml(_BOOK).content)

    assert int(root.get("tests", "")) == len(list(root.iter("testcase"))) == 20
    assert int(root.get("failures", "")) == len(list(root.iter("failure")))
    assert int(root.get("errors", "")) == len(list(root.iter("error"))) == 1


def test_junit_spells_out_what_xml_cannot_hold() -> None:
    grade = _BOOK.grade("bob", "sums")
    assert grade.report is not None
    task = grade.report.tasks[1]
    tests = tuple(msgspec.structs.replace(test, message="\x1b[31m\x00\ufffe\ud800 ]]>") for test in task.tests)
    report = msgspec.structs.replace(grade.report, tasks=(msgspec.structs.replace(task, tests=tests),))
    book = msgspec.structs.replace(_BOOK, grades=(msgspec.structs.replace(grade, report=report),))

    (suite,) = junitparser.JUnitXml.fromstring(junit_xml(book).content)
    assert next(iter(suite)).result[0].message == "\\x1b[31m\\x00\\xfffe\\xd800 ]]>"


_CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "properties": {"property"},
    "testcase": {"failure", "error", "skipped"},
}
_ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "timestamp"},
    "property": {"name", "value"},
    "testcase": {"name", "classname"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
}


def test_junit_uses_only_what_the_schema_has() -> None:
    for element in ET.fromstring(junit_xml(_BOOK).content).iter():
        assert {child.tag for child in element} <= _CHILDREN.get(element.tag, set())
        assert set(element.keys()) <= _ATTRIBUTES.get(element.tag, set())


# JSON


def test_json_reads_back_as_the_gradebook() -> None:
    document = msgspec.json.decode(class_json(_BOOK).content, type=ClassDocument)

    assert document.format_version == 1
    assert document.grades == _BOOK.grades
    assert document.remarks == _BOOK.remarks
    assert [(one.slug, one.max_score) for one in document.assignments] == [("sums", 100.0), ("long-sums", 100.0)]
    assert [student.id for student in document.students] == [student.id for student in _BOOK.students]


def test_json_has_null_for_no_score() -> None:
    grades = json.loads(class_json(_BOOK).content)["grades"]

    assert {grade["status"] for grade in grades if grade["score"] is None} == {"missing", "refused", "not_graded"}


# Gradescope


def _results() -> dict[str, dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(gradescope_zip(_BOOK).content)) as file:
        return {name: json.loads(file.read(name)) for name in file.namelist()}


def test_gradescope_has_a_file_for_each_hand_in_and_no_path_leads_out() -> None:
    names = list(_results())

    assert "sums/ada/results.json" in names
    assert not any("dan" in name for name in names)
    assert len(names) == sum(grade.status is not GradeStatus.MISSING for grade in _BOOK.grades)
    assert all(len(name.split("/")) == 3 and ".." not in name and "\\" not in name for name in names)


def test_gradescope_score_is_the_one_that_counts() -> None:
    late = _results()["sums/bob/results.json"]

    assert late["score"] == 48.0
    assert [test["status"] for test in late["tests"]] == ["passed", "passed", "failed", "failed"]
    assert "2 days late\nThe tests gave 60 of 100." in late["output"]
    assert sum(test["score"] for test in late["tests"]) == 60.0


def test_gradescope_gives_no_score_where_there_is_none() -> None:
    results = _results()

    for name in ("sums/李雷/results.json", "long-sums/李雷/results.json"):
        assert "score" not in results[name] and "tests" not in results[name]
    assert "not UTF-8" in results["sums/李雷/results.json"]["output"]
    assert "went away" not in results["long-sums/李雷/results.json"]["output"]


def test_gradescope_tells_of_a_score_set_by_hand() -> None:
    grade = next(grade for grade in _BOOK.grades if grade.override is not None)

    assert "The score was set by hand: A second look" in results_json(grade)["output"]
    assert results_json(msgspec.structs.replace(grade, report=None))["score"] == 75.5


def test_gradescope_file_holds_nothing_of_another_student_or_of_the_suite() -> None:
    canary = "CANARY-OF-BOB"
    grade = _BOOK.grade("bob", "sums")
    assert grade.report is not None
    bobs = msgspec.structs.replace(grade, report=msgspec.structs.replace(grade.report, output=canary))
    others = tuple(bobs if one == grade else one for one in _BOOK.grades)
    book = msgspec.structs.replace(_BOOK, grades=others)

    with zipfile.ZipFile(io.BytesIO(gradescope_zip(book).content)) as file:
        for name in file.namelist():
            text = file.read(name).decode()
            assert (canary in text) == (name == "sums/bob/results.json")
            assert "test_total.py" not in text and "sha256" not in text
            assert sum(student.id in text for student in book.students if student.id not in name) == 0


# All of them.


@pytest.mark.parametrize("name", FORMATS)
def test_same_gradebook_gives_the_same_bytes(name: str) -> None:
    assert FORMATS[name](_BOOK) == FORMATS[name](make_gradebook())


@pytest.mark.parametrize("name", FORMATS)
def test_empty_class_exports_too(name: str) -> None:
    empty = msgspec.structs.replace(_BOOK, students=(), grades=())
    exported = FORMATS[name](empty)

    assert isinstance(exported, Exported) and exported.content


def test_every_verdict_but_a_pass_fails_or_is_skipped_in_junit() -> None:
    grade = _BOOK.grade("ada", "sums")
    assert grade.report is not None
    test = grade.report.tasks[0].tests[0]
    for verdict in Verdict:
        tests = (msgspec.structs.replace(test, verdict=verdict),)
        task = msgspec.structs.replace(grade.report.tasks[0], tests=tests)
        one = msgspec.structs.replace(grade, report=msgspec.structs.replace(grade.report, tasks=(task,)))
        (suite,) = junitparser.JUnitXml.fromstring(junit_xml(msgspec.structs.replace(_BOOK, grades=(one,))).content)
        assert next(iter(suite)).is_passed == (verdict is Verdict.PASSED)


def test_long_sums_is_known_by_its_title() -> None:
    assert LONG_SUMS.title["en"] in _rows(moodle_csv(_BOOK).content)[0]
