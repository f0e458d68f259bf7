"""The pages: whole, escaped, of one file, and a student's with nothing of anybody else."""

from __future__ import annotations

import base64
import hashlib
import json

import msgspec
import pytest

from grader.classroom.gradebook.gradebook import Grade, Gradebook, GradeStatus, Override
from grader.course.roster import Student
from grader.models import Misconception, Problem, ProblemKind, TaskReport, Text, Verdict
from grader.report import class_page, language_of, student_page
from grader.report.figures import label
from grader.report.pages import _trusted
from grader.submission.remarks import Remark
from tests.support.classes import make_class
from tests.support.gradebooks import HOSTILE, LONG_SUMS, NOON, SUMS, make_gradebook, make_report, make_test_report
from tests.support.pages import Page

_EMPTY = Gradebook(title=Text(en="Nobody", zh="无人"), assignments=(SUMS,), students=(), grades=(), made_at=NOON)


def _only(*grades: Grade) -> Gradebook:
    return msgspec.structs.replace(_EMPTY, students=(Student(id="ada"),), grades=grades)


def _grade(status: GradeStatus, score: float | None = None, **fields: object) -> Grade:
    return Grade(student="ada", assignment="sums", status=status, score=score, max_score=100.0, **fields)  # type: ignore[arg-type]


def _sha(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _policy(page: Page) -> str:
    return next(
        attributes["content"] or ""
        for tag, attributes in page.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )


@pytest.fixture(scope="module")
def hostile() -> Page:
    return Page(class_page(make_gradebook()))


# The class's page.


@pytest.mark.parametrize("students", [0, 1, 3], ids=["nobody", "one student", "three students"])
def test_class_page_is_well_formed(students: int) -> None:
    assert Page(class_page(make_class(students))).problems == []


def test_class_page_shows_hostile_text_as_text(hostile: Page) -> None:
    assert hostile.problems == []
    shown = " ".join(HOSTILE.split())
    for text in (f"Bob {shown}", f"=cmd {shown}", f"A second look {shown}", f"return x - y # {shown}"):
        assert text in hostile.text
    assert hostile.text.count("document.title") > 8


def test_class_page_runs_its_own_scripts_and_no_other(hostile: Page) -> None:
    kinds = [attributes.get("type") for attributes, _ in hostile.scripts]
    policy = _policy(hostile)

    assert kinds == ["application/json", None, None]
    assert "default-src 'none'" in policy
    scripts = policy.partition("script-src ")[2].partition(";")[0].split()
    assert scripts == [_sha(text) for attributes, text in hostile.scripts if "type" not in attributes]
    assert [name for _, attributes in hostile.tags for name in attributes if name.startswith("on")] == []


def test_class_page_asks_for_nothing_from_elsewhere(hostile: Page) -> None:
    assert hostile.attributes("src") == []
    assert [link for link in hostile.attributes("href") if not link.startswith("#")] == []
    assert "link" not in {tag for tag, _ in hostile.tags}
    assert [style for style in hostile.styles if "url(" in style or "@import" in style] == []


def test_every_link_of_the_class_page_leads_somewhere(hostile: Page) -> None:
    links = {link[1:] for link in hostile.attributes("href")}

    assert "student-5" in links
    assert links <= set(hostile.attributes("id"))


def test_data_of_the_class_page_cannot_end_its_script(hostile: Page) -> None:
    data = hostile.scripts[0][1]

    assert "<" not in data and "\u2028" not in data
    assert json.loads(data)["tasks"]["layout"]["yaxis"]["ticktext"][0] == "Lovelace, Ada"


def test_labels_of_charts_are_escaped_for_plotly(hostile: Page) -> None:
    names = json.loads(hostile.scripts[0][1])["tasks"]["layout"]["yaxis"]["ticktext"]

    assert names[1].startswith("Bob &lt;script")
    assert label("<b>a</b> &lt;\x1b\n\u202e", 100) == "&lt;b&gt;a&lt;/b&gt; &amp;lt;\\x1b \\u202e"
    assert label("a" * 30, 10) == "a" * 9 + "…"


def test_a_cell_leads_to_its_student_and_says_what_is_the_matter(hostile: Page) -> None:
    chart = json.loads(hostile.scripts[0][1])["tasks"]["data"][1]

    assert chart["customdata"][0] == ["student-1"] * 3
    assert chart["z"] == [[1, 1, 1], [1, 0, None], [None, None, None], [None, None, None], [1, 0, None]]
    assert chart["text"][1] == ["60 of 60 points (100.0 %)", "0 of 40 points (0.0 %)", "missing"]
    assert chart["text"][2] == ["refused", "refused", "not graded"]


def test_class_page_tells_the_statuses_apart(hostile: Page) -> None:
    assert "Graded 4" in hostile.text
    for word in ("refused", "not graded", "missing"):
        assert word in hostile.text
    assert "`sums.py` is not UTF-8 (line 3)." in hostile.text
    assert "Set by instructor, 2026-10-01 12:00 UTC" in hostile.text


def test_class_page_makes_control_characters_visible() -> None:
    remark = Remark(path="a\x1b]0;owned\x07\u202eb", message="is `\x00`", student=None)
    page = Page(class_page(msgspec.structs.replace(_EMPTY, remarks=(remark,))))

    assert "a\\x1b]0;owned\\x07\\u202eb is \\x00" in page.text


def test_a_remark_links_to_its_student(hostile: Page) -> None:
    assert "ada/notes.txt is no submission Lovelace, Ada" in hostile.text


def test_an_assignment_may_be_called_all() -> None:
    book = msgspec.structs.replace(_EMPTY, assignments=(msgspec.structs.replace(SUMS, slug="all"), LONG_SUMS))
    page = Page(class_page(book))
    data = json.loads(page.scripts[0][1])

    assert [trace["visible"] for trace in data["distribution"]["data"]] == [True, False, False]
    assert data["ranges"] == [[-0.5, 2.5], [-0.5, 1.5], [1.5, 2.5]]


@pytest.mark.parametrize(
    ("gradebook", "sentence"),
    [
        (_EMPTY, "There is nobody in this class"),
        (msgspec.structs.replace(_EMPTY, assignments=()), "The course has no assignments."),
        (_only(_grade(GradeStatus.MISSING)), "Nothing has a score yet."),
        (_only(_grade(GradeStatus.NOT_GRADED)), "Not graded yet. This is not your fault"),
        (_only(_grade(GradeStatus.REFUSED)), "The submission was refused."),
        (_only(_grade(GradeStatus.GRADED, 50.0)), "50.0"),
        (_only(), "Nothing is graded yet."),
    ],
    ids=["no student", "no assignment", "missing", "not graded", "refused", "no report", "no grade"],
)
def test_class_page_of_next_to_nothing_says_so(gradebook: Gradebook, sentence: str) -> None:
    page = Page(class_page(gradebook))

    assert page.problems == []
    assert sentence in page.text


def test_class_page_knows_tasks_with_nothing_to_earn() -> None:
    task = TaskReport(task="add", score=0.0, max_score=0.0, misconceptions=(), tests=())
    report = msgspec.structs.replace(make_report("ada", SUMS, (task,)), score=0.0, max_score=0.0)
    grade = Grade(
        student="ada",
        assignment="sums",
        status=GradeStatus.GRADED,
        score=0.0,
        max_score=0.0,
        raw_score=0.0,
        report=report,
    )
    page = Page(class_page(_only(grade)))
    chart = json.loads(page.scripts[0][1])["tasks"]["data"][1]

    assert page.problems == []
    assert chart["z"] == [[None, None]]
    assert chart["text"] == [["nothing to earn: its tests were skipped", "not judged"]]


def test_a_script_that_would_end_its_element_is_refused() -> None:
    with pytest.raises(ValueError, match="end its own element"):
        _trusted("x = '</SCRIPT>'")


# A student's page.


def _canaries() -> Gradebook:
    """Three students, each of whose texts carries the student's own word."""
    students = tuple(
        Student(
            id=f"id-{word}", name=f"Name {word}", email=f"{word}@example.org", number=f"n-{word}", section=f"s-{word}"
        )
        for word in ("apricot", "bilberry", "cranberry")
    )
    grades = tuple(grade for student in students for grade in _canary_grades(student.id, student.id.partition("-")[2]))
    remarks = tuple(Remark(path=f"{student.id}/r", message="remark", student=student.id) for student in students)
    return Gradebook(
        title=Text(en="A class", zh="一个班"),
        assignments=(SUMS, LONG_SUMS),
        students=students,
        grades=grades,
        remarks=remarks,
        made_at=NOON,
    )


def _canary_grades(student: str, word: str) -> tuple[Grade, Grade]:
    task = TaskReport(
        task="add",
        score=0.0,
        max_score=60.0,
        misconceptions=(Misconception(mutant="m", message=f"misconception {word}"),),
        tests=(make_test_report("test_add.py::test_by_hand", Verdict.FAILED, 0.0, 60.0, f"message {word}"),),
    )
    report = make_report(student, SUMS, (task,), output=f"printed {word}")
    refusal = msgspec.structs.replace(
        report,
        assignment="long-sums",
        graded=False,
        score=None,
        tasks=(),
        problem=Problem(kind=ProblemKind.REFUSED, message=f"problem {word}"),
    )
    override = Override(score=9.0, comment=f"comment {word}", by="the-instructor", at=NOON)
    return (
        Grade(
            student=student,
            assignment="long-sums",
            status=GradeStatus.REFUSED,
            score=None,
            max_score=100.0,
            report=refusal,
        ),
        Grade(
            student=student,
            assignment="sums",
            status=GradeStatus.GRADED,
            score=9.0,
            max_score=100.0,
            raw_score=0.0,
            override=override,
            report=report,
        ),
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("word", ["apricot", "bilberry", "cranberry"])
def test_student_page_holds_all_of_its_student_and_nothing_of_another(word: str, language: str) -> None:
    document = student_page(_canaries(), f"id-{word}", language)

    assert [other for other in {"apricot", "bilberry", "cranberry"} - {word} if other in document] == []
    for text in ("Name", "misconception", "message", "printed", "problem", "comment"):
        assert f"{text} {word}" in document
    assert "the-instructor" not in document and "remark" not in document


def test_student_page_is_well_formed_and_without_scripts() -> None:
    gradebook = make_gradebook()
    for student in gradebook.students:
        page = Page(student_page(gradebook, student.id, "en"))

        assert page.problems == []
        assert page.scripts == [] and "script" not in {tag for tag, _ in page.tags}
        assert _policy(page).endswith(f"style-src {_sha(page.styles[0])}")
        assert page.attributes("style") == [] and page.attributes("src") == []


def test_student_page_shows_hostile_text_as_text() -> None:
    page = Page(student_page(make_gradebook(), "bob", "en"))

    assert f"Feedback for Bob {HOSTILE}" in page.text
    assert f"the result has the wrong values {HOSTILE}" in page.text


def test_page_of_a_student_names_the_file_and_tells_how_it_was_read() -> None:
    report = msgspec.structs.replace(
        make_report("ada", SUMS, ()), file="ada/sums (1).py", notes=("`ada/old.py` <b>left out</b>.",)
    )
    text = Page(student_page(_only(_grade(GradeStatus.GRADED, 0.0, report=report)), "ada", "en")).text
    assert "read from ada/sums (1).py" in text
    assert "ada/old.py <b>left out</b>." in text


def test_student_page_says_what_lateness_did_to_the_score() -> None:
    text = Page(student_page(make_gradebook(), "bob", "en")).text

    assert "attempt 3 of 3 counts · 2 days late" in text
    assert "The tests gave 60 of 100." in text
    assert "48 / 100" in text


def test_student_page_is_in_the_language_that_is_asked_for() -> None:
    page = Page(student_page(make_gradebook(), "李雷", "zh"))

    assert dict(page.tags[0][1])["lang"] == "zh"
    for text in ("给 李雷 的反馈", "求和", "提交未被接受。", "没有评分：沙箱出了故障。"):
        assert text in page.text
    for text in ("Feedback", "Overview", "refused.", "Status"):
        assert text not in page.text


def test_language_is_that_of_the_students_reports_or_else_of_the_class() -> None:
    book = make_gradebook()
    chinese = tuple(
        msgspec.structs.replace(grade, report=msgspec.structs.replace(grade.report, language="zh"))
        if grade.report is not None and grade.student != "ada"
        else grade
        for grade in book.grades
    )
    book = msgspec.structs.replace(book, grades=chinese)

    assert [language_of(book, student) for student in ("ada", "bob", "dan")] == ["en", "zh", "zh"]
    assert language_of(_EMPTY, "ada") == "en"
