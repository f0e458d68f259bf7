"""Points come from passed tests alone: what is empty, missing or given twice earns nothing."""

from __future__ import annotations

import pytest

from grader.models import Answer, Misconception, Mutant, Report, TaskReport, TestResult, TestSpec, Text, Verdict
from grader.scores import score_tasks
from tests.support.factories import make_result, make_spec, make_submission, make_task

_NOT_PASSING = [verdict for verdict in Verdict if verdict not in (Verdict.PASSED, Verdict.SKIPPED)]
_HINT = Text(en="Look at dim.", zh="看看 dim。")
_MESSAGE = Text(en="`ValueError` was raised", zh="抛出了 `ValueError`")


def _score(specs: list[TestSpec], results: list[TestResult], points: float = 10.0, source: str = "") -> TaskReport:
    answer = Answer(tests=tuple(specs), results=tuple(results))
    return score_tasks((make_task(points=points),), answer, make_submission(source), "en")[0]


def _report(graded: bool, score: float | None, max_score: float) -> Report:
    return Report(
        assignment="sums",
        student=None,
        graded=graded,
        score=score,
        max_score=max_score,
        seed=1,
        sandbox="process",
        device="cpu",
        submission_sha256=None,
        suite_sha256=None,
        image=None,
        duration_s=0.0,
        tasks=(),
        output="",
        problem=None,
    )


# Nothing passes by default.


@pytest.mark.parametrize("verdict", _NOT_PASSING, ids=lambda verdict: verdict.value)
def test_score_of_every_verdict_but_passed_is_zero(verdict: Verdict) -> None:
    scored = _score([make_spec("a")], [make_result("a", verdict)])
    assert (scored.score, scored.max_score) == (0.0, 10.0)


def test_score_without_results_is_zero_and_says_not_run() -> None:
    scored = _score([make_spec("a"), make_spec("b")], [])
    assert (scored.score, scored.max_score) == (0.0, 10.0)
    assert [test.verdict for test in scored.tests] == [Verdict.NOT_RUN, Verdict.NOT_RUN]


def test_score_of_a_missing_result_is_zero() -> None:
    scored = _score([make_spec("a"), make_spec("b")], [make_result("a")])
    assert scored.score == 5.0
    assert scored.tests[1].verdict is Verdict.NOT_RUN


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.FAILED], ids=["passed", "failed first"])
def test_score_of_a_result_given_more_than_once_is_zero(times: int, verdict: Verdict) -> None:
    scored = _score([make_spec("a")], [make_result("a", verdict), *[make_result("a")] * (times - 1)])
    assert scored.score == 0.0
    assert scored.tests[0].verdict is Verdict.NOT_RUN


def test_score_ignores_results_of_unknown_tests() -> None:
    scored = _score([make_spec("a")], [make_result("a", Verdict.FAILED), make_result("b"), make_result("c")])
    assert (scored.score, scored.max_score) == (0.0, 10.0)
    assert len(scored.tests) == 1


@pytest.mark.parametrize("specs", [(), (make_spec("a", task="other"),)], ids=["no tests", "tests of another task"])
def test_score_of_a_task_without_tests_is_refused(specs: tuple[TestSpec, ...]) -> None:
    answer = Answer(tests=specs, results=(make_result("a"),))
    with pytest.raises(ValueError, match="no test judges the task `add`"):
        score_tasks((make_task(),), answer, make_submission(), "en")


def test_score_of_no_tasks_is_no_tasks() -> None:
    assert score_tasks((), Answer(), make_submission(), "en") == ()


# Points.


def test_score_shares_points_by_weight() -> None:
    specs = [make_spec("a", weight=3.0), make_spec("b", weight=1.0)]
    scored = _score(specs, [make_result("a"), make_result("b", Verdict.FAILED)], points=8.0)
    assert scored.score == 6.0
    assert [test.max_score for test in scored.tests] == [6.0, 2.0]


def test_score_takes_skipped_tests_out_of_the_shares() -> None:
    specs = [make_spec("a"), make_spec("b"), make_spec("c")]
    results = [make_result("a"), make_result("b", Verdict.SKIPPED), make_result("c", Verdict.FAILED)]
    scored = _score(specs, results)
    assert (scored.score, scored.max_score) == (5.0, 10.0)
    assert [test.max_score for test in scored.tests] == [5.0, 0.0, 5.0]


def test_score_of_a_task_that_was_skipped_as_a_whole_leaves_the_total() -> None:
    scored = _score([make_spec("a")], [make_result("a", Verdict.SKIPPED)])
    assert (scored.score, scored.max_score) == (0.0, 0.0)


def test_score_of_tests_without_weight_is_zero() -> None:
    scored = _score([make_spec("a", weight=0.0)], [make_result("a")])
    assert (scored.score, scored.max_score) == (0.0, 0.0)


@pytest.mark.parametrize("points", [1.0, 7.0, 14.0, 33.3, 100.0 / 3])
@pytest.mark.parametrize("count", [1, 3, 7, 11, 49])
def test_score_of_everything_right_is_exactly_the_maximum(points: float, count: int) -> None:
    specs = [make_spec(str(number), weight=1.0 + number % 3) for number in range(count)]
    scored = _score(specs, [make_result(spec.test) for spec in specs], points)
    assert scored.score == scored.max_score == round(points, 4)


def test_score_keeps_tasks_apart() -> None:
    tasks = (make_task("add", 10.0), make_task("sub", 20.0))
    specs = (make_spec("a", task="add"), make_spec("s", task="sub"))
    results = (make_result("a", Verdict.FAILED), make_result("s"))
    scored = score_tasks(tasks, Answer(tests=specs, results=results), make_submission(), "en")
    assert [(task.task, task.score, task.max_score) for task in scored] == [("add", 0.0, 10.0), ("sub", 20.0, 20.0)]


# What stands beside the points.


def test_report_of_a_failed_test_has_its_line_of_code_and_hint() -> None:
    spec = make_spec("a", hint=_HINT)
    result = make_result("a", Verdict.ERROR, kind="exception", message=_MESSAGE, line=2)
    test = _score([spec], [result], source="def add(x, y):\n    return x + z\n").tests[0]
    assert (test.title, test.kind, test.message) == ("Adds.", "exception", "`ValueError` was raised")
    assert (test.line, test.code, test.hint) == (2, "return x + z", "Look at dim.")


def test_report_comes_in_the_language_asked_for() -> None:
    answer = Answer(tests=(make_spec("a", hint=_HINT),), results=(make_result("a", Verdict.ERROR, message=_MESSAGE),))
    (scored,) = score_tasks((make_task(),), answer, make_submission(), "zh")
    test = scored.tests[0]
    assert (test.title, test.message, test.hint) == ("求和。", "抛出了 `ValueError`", "看看 dim。")


def test_report_of_a_passed_test_has_no_hint() -> None:
    assert _score([make_spec("a", hint=_HINT)], [make_result("a")]).tests[0].hint is None


@pytest.mark.parametrize("line", [0, -1, 3, 10**9])
def test_report_leaves_out_a_line_that_the_submission_does_not_have(line: int) -> None:
    """A candidate may report any number."""
    test = _score([make_spec("a")], [make_result("a", Verdict.ERROR, line=line)], source="x = 1\ny = 2\n").tests[0]
    assert (test.line, test.code) == (None, None)


def test_report_never_shows_details() -> None:
    scored = _score([make_spec("a")], [make_result("a", Verdict.FAILED, details="expected 7.25")])
    assert "7.25" not in repr(scored)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_report_finds_the_line_whatever_ends_it(ending: str) -> None:
    source = ending.join(["x = 1", "y = 2", "z = 3"])
    assert _score([make_spec("a")], [make_result("a", Verdict.ERROR, line=2)], source=source).tests[0].code == "y = 2"


@pytest.mark.parametrize("character", ["\x0c", "\x1c", "\x85", "\u2028"], ids=ascii)
def test_report_counts_lines_as_python_does(character: str) -> None:
    """`str.splitlines` also ends lines at a form feed, which old editors put between functions."""
    source = f"x = 1  # {character}\ny = 2\n"
    assert _score([make_spec("a")], [make_result("a", Verdict.ERROR, line=2)], source=source).tests[0].code == "y = 2"


def test_report_of_a_submission_that_is_not_utf8_can_be_made() -> None:
    submission = make_submission()
    answer = Answer(tests=(make_spec("a"),), results=(make_result("a", Verdict.ERROR, line=1),))
    broken = type(submission)(file_name="sums.py", source=b"\xff = 1\n", sha256="")
    assert score_tasks((make_task(),), answer, broken, "en")[0].tests[0].code == "\ufffd = 1"


# Full marks.


@pytest.mark.parametrize(
    ("graded", "score", "max_score", "is_full"),
    [
        (True, 10.0, 10.0, True),
        (True, 9.9999, 10.0, False),
        (True, 0.0, 0.0, False),
        (False, None, 10.0, False),
        (False, 10.0, 10.0, False),
        (True, None, 10.0, False),
    ],
    ids=["all", "nearly", "nothing to earn", "not graded", "not graded with a score", "no score"],
)
def test_report_is_full_only_when_every_point_was_earned(
    graded: bool, score: float | None, max_score: float, is_full: bool
) -> None:
    assert _report(graded, score, max_score).is_full is is_full


@pytest.mark.parametrize(("language", "sentence"), [("en", "One too many."), ("zh", "多了一。")])
def test_score_tells_the_misconception_of_its_own_task_in_the_language(language: str, sentence: str) -> None:
    tasks = (make_task("add"), make_task("sub"))
    specs = tuple(make_spec(f"test_{task.name}.py::test", task=task.name) for task in tasks)
    results = tuple(make_result(spec.test, Verdict.FAILED) for spec in specs)
    mutant = Mutant(name="adds_one", misconception=Text(en="One too many.", zh="多了一。"))
    answer = Answer(tests=specs, results=results, misconceptions={"sub": (mutant,)})
    scored = score_tasks(tasks, answer, make_submission(), language)
    assert [task.misconceptions for task in scored] == [(), (Misconception(mutant="adds_one", message=sentence),)]


def test_report_quotes_the_beginning_of_a_line_and_of_a_message() -> None:
    long = "x" * 200_000
    result = make_result(verdict=Verdict.FAILED, message={"en": long}, line=1)
    answer = Answer(tests=(make_spec(),), results=(result,))
    (report,) = score_tasks((make_task(),), answer, make_submission(long), "en")
    (test,) = report.tests
    assert (len(test.code or ""), len(test.message)) == (204, 4_004)
