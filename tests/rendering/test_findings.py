from __future__ import annotations

import msgspec
import pytest

from grader.models import Report, TaskReport, TestReport, Verdict, Visibility
from grader.rendering.console import plain
from grader.rendering.findings import survey
from grader.rendering.phrases import say_in
from grader.rendering.scores import points
from grader.rendering.sentences import summary_sentence


def failing(name: str, kind: str, message: str, line: int | None = None, **changes: object) -> TestReport:
    fields: dict[str, object] = {
        "test": f"test_toy.py::{name}",
        "title": f"Title of {name}.",
        "visibility": Visibility.HIDDEN,
        "verdict": Verdict.FAILED,
        "score": 0.0,
        "max_score": 10.0,
        "kind": kind,
        "message": message,
        "line": line,
        "code": None,
        "hint": None,
    }
    return TestReport(**{**fields, **changes})  # type: ignore[arg-type]


def make_report(**tasks: list[TestReport]) -> Report:
    return Report(
        assignment="toy",
        student=None,
        graded=True,
        score=0.0,
        max_score=20.0,
        seed=1,
        sandbox="process",
        device="cpu",
        submission_sha256=None,
        suite_sha256=None,
        image=None,
        duration_s=0.1,
        tasks=tuple(
            TaskReport(task=name, score=0.0, max_score=10.0, misconceptions=(), tests=tuple(tests))
            for name, tests in tasks.items()
        ),
        output="",
        problem=None,
    )


def test_syntax_error_of_every_test_is_one_shared_finding() -> None:
    tests = [failing(name, "syntax", "not valid Python", 2, verdict=Verdict.ERROR) for name in "abc"]
    overview = survey(make_report(f=tests, g=tests[:1]))
    assert len(overview.shared) == 1
    assert overview.shared[0].tests == 4
    assert overview.shared[0].titles == ()
    assert overview.sections == ()


def test_missing_function_is_shown_once_in_its_task() -> None:
    tests = [failing(name, "missing", "`f` is not defined", verdict=Verdict.ERROR) for name in "abc"]
    (section,) = survey(make_report(f=tests)).sections
    assert [(finding.tests, finding.titles) for finding in section.findings] == [(3, ())]


def test_same_message_of_several_tests_is_shown_once_under_their_titles() -> None:
    tests = [failing("a", "values", "wrong values"), failing("b", "values", "wrong values")]
    (section,) = survey(make_report(f=tests)).sections
    (finding,) = section.findings
    assert finding.titles == ("Title of a.", "Title of b.")


def test_same_message_of_visible_and_hidden_tests_is_shown_under_the_titles_of_each_kind() -> None:
    shown = [failing(name, "type", "a `list`", visibility=Visibility.VISIBLE) for name in "ad"]
    hidden = [failing(name, "type", "a `list`") for name in "bc"]
    (section,) = survey(make_report(f=[shown[0], *hidden, shown[1]])).sections
    assert [(finding.is_visible, finding.titles, finding.tests) for finding in section.findings] == [
        (True, ("Title of a.", "Title of d."), 2),
        (False, ("Title of b.", "Title of c."), 2),
    ]


def test_what_any_test_finds_is_shown_once_whether_tests_are_visible_or_hidden() -> None:
    tests = [failing("a", "missing", "no `f`", visibility=Visibility.VISIBLE), failing("b", "missing", "no `f`")]
    (section,) = survey(make_report(f=tests)).sections
    assert [(finding.tests, finding.titles) for finding in section.findings] == [(2, ())]


@pytest.mark.parametrize(
    ("names", "verdict", "language", "sentence"),
    [
        ("a", Verdict.FAILED, "en", "wrong"),
        ("ab", Verdict.FAILED, "en", "the same for each: wrong"),
        ("abc", Verdict.FAILED, "zh", "以上各项相同：wrong"),
        ("ab", Verdict.TIMEOUT, "en", "the same for each: timeout: wrong"),
        ("ab", Verdict.TIMEOUT, "zh", "以上各项相同：超时：wrong"),
    ],
    ids=["one", "two", "three in Chinese", "two timeouts", "two timeouts in Chinese"],
)
def test_message_of_several_titles_says_that_it_is_theirs(
    names: str, verdict: Verdict, language: str, sentence: str
) -> None:
    (section,) = survey(make_report(f=[failing(name, "k", "wrong", verdict=verdict) for name in names])).sections
    (finding,) = section.findings
    assert summary_sentence(finding.message, finding, say_in(language)) == sentence


def test_wrong_values_of_two_tasks_stay_with_their_tasks() -> None:
    overview = survey(make_report(f=[failing("a", "values", "wrong")], g=[failing("b", "values", "wrong")]))
    assert overview.shared == ()
    assert [section.task.task for section in overview.sections] == ["f", "g"]


def test_cases_of_one_test_are_counted() -> None:
    tests = [failing(f"a[{case}]", "values", "wrong", title="Doubles.") for case in range(3)]
    (section,) = survey(make_report(f=tests)).sections
    assert section.findings[0].titles == ("Doubles. (3 cases)",)


def test_survey_counts_in_the_language_of_the_report() -> None:
    cases = [failing(f"a[{case}]", "values", "值不对", title="加倍。") for case in range(3)]
    silent = failing("b", "not_run", "", verdict=Verdict.NOT_RUN)
    report = msgspec.structs.replace(make_report(f=[*cases, silent]), language="zh")
    (section,) = survey(report).sections
    assert section.findings[0].titles == ("加倍。（3 种情形）",)
    assert section.remarks == (("没有运行：没有得到结果", 1),)


def test_task_not_written_yet_is_no_section() -> None:
    stub = failing("a", "not_implemented", "not written yet", 5, verdict=Verdict.ERROR)
    waiting = failing("b", "not_run", "not run until `f` returns right values", verdict=Verdict.NOT_RUN)
    overview = survey(make_report(f=[stub, waiting]))
    assert overview.sections == ()
    assert [(task.task, line) for task, line in overview.not_written] == [("f", 5)]


def test_tests_not_run_are_counted_by_reason() -> None:
    waiting = [failing(name, "not_run", "not run until ...", verdict=Verdict.NOT_RUN) for name in "ab"]
    (section,) = survey(make_report(f=[failing("c", "values", "wrong"), *waiting])).sections
    assert section.remarks == (("not run until ...", 2),)


def test_test_without_any_result_says_so() -> None:
    silent = failing("a", "not_run", "", verdict=Verdict.NOT_RUN)
    (section,) = survey(make_report(f=[silent])).sections
    assert section.remarks == (("not run: no result came", 1),)


def test_nearly_full_marks_do_not_look_full() -> None:
    assert points(99.9999) == "99.99"
    assert points(100.0) == "100"
    assert points(33.3333) == "33.33"
    assert points(0.07) == "0.07"


def test_control_characters_become_visible() -> None:
    assert plain("a\x1b[2J\rb\u202e\n\tc\u200b") == "a\\x1b[2J\\x0db\\u202e\n\tc\\u200b"


def test_chinese_text_and_accents_stay_as_they_are() -> None:
    assert plain("原地修改\u3000é ✓") == "原地修改\u3000é ✓"
