"""Each way in which a test ends has its verdict, and of a hidden test nothing gets out that could spell its inputs."""

from __future__ import annotations

from typing import Any

import pytest

from grader.models import Feedback, Text, Verdict, Visibility
from grader.runtime.trusted.compare import Mismatch, Unmet, assert_close
from grader.runtime.trusted.findings import Finding, SuiteBrokenError, describe, file_of
from grader.runtime.wire.faults import CandidateFault, EngineError, StudentError, student_error_class
from grader.runtime.wire.phrases import verbatim

_SECRET = "x = 7.25"


def _describe(
    error: BaseException,
    *,
    visibility: Visibility = Visibility.HIDDEN,
    feedback: Feedback = Feedback.TERSE,
    raised_in: str = "test_add.py",
    has_answers: bool = True,
) -> Finding:
    return describe(error, visibility, feedback, raised_in=raised_in, has_answers=has_answers)


def _student_error(name: str = "ShapeError", *bases: str, message: str = _SECRET, line: int | None = 4) -> StudentError:
    return student_error_class((name, *bases))(name, message, line)


def _raised(function: Any) -> BaseException:
    try:
        function()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def _did_not_raise() -> None:
    with pytest.raises(ValueError):
        pass


def _did_not_match() -> None:
    with pytest.raises(ValueError, match="dim"):
        raise ValueError(_SECRET)


# Verdicts.


@pytest.mark.parametrize(
    ("error", "verdict", "kind"),
    [
        (CandidateFault(Verdict.TIMEOUT, "timeout", verbatim("no answer")), Verdict.TIMEOUT, "timeout"),
        (CandidateFault(Verdict.MEMORY, "memory", verbatim("too much")), Verdict.MEMORY, "memory"),
        (CandidateFault(Verdict.CRASHED, "crash", verbatim("it died")), Verdict.CRASHED, "crash"),
        (CandidateFault(Verdict.FORBIDDEN, "forbidden", verbatim("no")), Verdict.FORBIDDEN, "forbidden"),
        (_student_error("ValueError"), Verdict.ERROR, "exception"),
        (_student_error("AssertionError"), Verdict.ERROR, "exception"),
        (Mismatch("shape", verbatim("the result has shape (1,)")), Verdict.FAILED, "shape"),
        (AssertionError("x > 3"), Verdict.FAILED, "property"),
        (_raised(lambda: pytest.skip("no such dtype")), Verdict.SKIPPED, "skipped"),
        (_raised(_did_not_raise), Verdict.FAILED, "no_exception"),
        (_raised(lambda: pytest.fail(_SECRET)), Verdict.FAILED, "no_exception"),
        (AttributeError(_SECRET), Verdict.FAILED, "unusable"),
        (TypeError(_SECRET), Verdict.FAILED, "unusable"),
    ],
    ids=[
        "timeout",
        "memory",
        "crash",
        "forbidden",
        "student's exception",
        "student's assert",
        "mismatch",
        "suite's assert",
        "skip",
        "did not raise",
        "pytest.fail",
        "attribute of the answer",
        "type of the answer",
    ],
)
def test_describe_gives_each_ending_its_verdict(error: BaseException, verdict: Verdict, kind: str) -> None:
    finding = _describe(error)
    assert (finding.verdict, finding.kind) == (verdict, kind)


def test_describe_fails_an_exception_with_another_message_than_the_suite_expects() -> None:
    error = _raised(_did_not_match)
    finding = _describe(error, raised_in=file_of(error))
    assert finding.verdict is Verdict.FAILED
    assert finding.kind != "unusable", "nothing is wrong with the kind of the answer"


def test_describe_keeps_the_students_line() -> None:
    assert _describe(_student_error(line=4)).line == 4
    assert _describe(CandidateFault(Verdict.ERROR, "import", verbatim("no"), 9)).line == 9


def test_describe_never_passes_anything() -> None:
    errors: list[BaseException] = [Exception(), SystemExit(0), KeyboardInterrupt(), GeneratorExit(), StopIteration()]
    assert all(_describe(error).verdict is Verdict.FAILED for error in errors)


# Whose fault it is.


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("error", [EngineError("gone"), SuiteBrokenError("broken")], ids=["engine", "suite"])
def test_describe_makes_no_verdict_of_an_engine_error(error: EngineError, visibility: Visibility) -> None:
    with pytest.raises(EngineError) as caught:
        _describe(error, visibility=visibility)
    assert caught.value is error


@pytest.mark.parametrize("error", [NameError("x"), ImportError("y"), OSError("z")], ids=["name", "import", "os"])
def test_describe_blames_the_suite_for_what_fails_before_any_answer(error: Exception) -> None:
    with pytest.raises(SuiteBrokenError, match=type(error).__name__) as caught:
        _describe(error, has_answers=False)
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("raised_in", ["test_add.py", "oracle.py"])
def test_describe_blames_the_suite_for_an_assert_before_any_answer(raised_in: str) -> None:
    """The student had no part in it: an oracle checks its own work, or a fixture is wrong."""
    with pytest.raises(SuiteBrokenError):
        _describe(AssertionError(), has_answers=False, raised_in=raised_in)


def test_describe_blames_the_student_for_what_fails_after_an_answer() -> None:
    finding = _describe(AssertionError(_SECRET), raised_in="oracle.py")
    assert (finding.verdict, finding.kind) == (Verdict.FAILED, "unusable")


# What a student reads.

_OPEN = pytest.mark.parametrize(
    "changes", [{"visibility": Visibility.VISIBLE}, {"feedback": Feedback.FULL}], ids=["visible", "full feedback"]
)


@pytest.mark.parametrize(
    "error",
    [
        AssertionError(_SECRET),
        AttributeError(_SECRET),
        Mismatch("values", verbatim("the result has the wrong values"), verbatim(_SECRET)),
        _raised(lambda: pytest.fail(_SECRET)),
        _raised(_did_not_match),
    ],
    ids=["assert", "attribute", "mismatch", "fail", "match"],
)
def test_message_of_a_hidden_test_does_not_say_what_the_suite_knows(error: BaseException) -> None:
    message = _describe(error).message
    assert "7.25" not in str(message)


def test_message_of_a_hidden_exception_is_its_builtin_type_alone() -> None:
    """Code could raise `type("x_is_7_25", (ValueError,), {})` to read the inputs of a hidden test."""
    finding = _describe(_student_error("x_is_7_25", "ValueError", "Exception"))
    assert finding.message["en"] == "`ValueError` was raised"


@pytest.mark.parametrize("name", ["x_is_7_25", "SystemExit", ""])
def test_message_of_a_hidden_exception_of_no_builtin_type_says_exception(name: str) -> None:
    assert _describe(_student_error(name)).message["en"] == "`Exception` was raised"


@_OPEN
def test_message_of_an_open_exception_says_everything(changes: dict[str, Any]) -> None:
    finding = _describe(_student_error("ShapeError", "ValueError"), **changes)
    assert finding.message["en"] == "`ShapeError` was raised: x = 7.25"


def test_message_of_an_open_exception_without_text_ends_with_its_type() -> None:
    finding = _describe(_student_error("ValueError", message=""), visibility=Visibility.VISIBLE)
    assert finding.message["en"] == "`ValueError` was raised"


@_OPEN
def test_message_of_an_open_mismatch_has_the_difference(changes: dict[str, Any]) -> None:
    finding = _describe(Mismatch("values", verbatim("wrong"), verbatim("got 1, expected 2")), **changes)
    assert finding.message["en"] == "wrong\ngot 1, expected 2"


@pytest.mark.parametrize(
    ("visibility", "rest"),
    [(Visibility.HIDDEN, ""), (Visibility.VISIBLE, "\ngot 1, expected 2")],
    ids=["hidden", "visible"],
)
def test_message_of_a_mismatch_in_a_case_begins_with_the_case(visibility: Visibility, rest: str) -> None:
    def compared() -> None:
        assert_close([3, 1], [3, 2], cases=range(2))

    message = _describe(_raised(compared), visibility=visibility).message
    assert message["en"] == f"case 2 of 2: the result has the wrong value{rest}"


def test_message_of_a_missing_exception_names_it() -> None:
    assert _describe(_raised(_did_not_raise)).message["en"] == "no `ValueError` was raised"


@pytest.mark.parametrize(
    ("error", "chinese"),
    [
        (_student_error("x_is_7_25", "ValueError"), "抛出了 `ValueError`"),
        (_raised(_did_not_raise), "没有抛出 `ValueError`"),
        (_raised(lambda: pytest.fail(_SECRET)), "标题所说的并不成立"),
        (AssertionError(_SECRET), "标题所说的并不成立"),
        (TypeError(_SECRET), "结果不是所要求的那种值"),
    ],
    ids=["exception", "no exception", "fail", "assert", "unusable"],
)
def test_message_says_the_same_in_chinese(error: BaseException, chinese: str) -> None:
    assert _describe(error).message["zh"] == chinese


def test_message_of_an_open_exception_and_of_a_difference_say_the_same_in_chinese() -> None:
    error = _student_error("ShapeError", "ValueError")
    assert _describe(error, visibility=Visibility.VISIBLE).message["zh"] == "抛出了 `ShapeError`：x = 7.25"
    mismatch = Mismatch("values", Text(en="wrong", zh="不对"), Text(en="got 1", zh="得到 1"))
    assert _describe(mismatch, visibility=Visibility.VISIBLE).message["zh"] == "不对\n得到 1"


def test_message_of_several_missing_exceptions_names_one() -> None:
    def neither() -> None:
        with pytest.raises((ValueError, TypeError)):
            pass

    message = _describe(_raised(neither)).message["en"]
    assert "ValueError" in message or "TypeError" in message


# Where it was raised.


def test_file_of_names_the_innermost_file() -> None:
    assert file_of(_raised(_did_not_raise)) != "test_findings.py"
    assert file_of(_raised(lambda: [][0])) == "test_findings.py"


def test_file_of_an_exception_that_was_never_raised_is_empty() -> None:
    assert file_of(ValueError()) == ""


@pytest.mark.parametrize(
    "error", [NameError("x"), ImportError("x"), SyntaxError("x")], ids=lambda error: type(error).__name__
)
def test_describe_never_blames_an_answer_for_what_no_answer_can_cause(error: Exception) -> None:
    with pytest.raises(EngineError):
        describe(error, Visibility.HIDDEN, Feedback.TERSE, raised_in="test_add.py", has_answers=True)


def test_sentence_of_the_suite_is_told_in_the_languages_of_the_course() -> None:
    unmet = Unmet(("l'argument a changé", "参数变了"), {})
    finding = describe(
        unmet, Visibility.HIDDEN, Feedback.TERSE, raised_in="test_a.py", has_answers=True, languages=("fr", "zh")
    )
    assert finding.message == {"fr": "l'argument a changé", "zh": "参数变了"}
