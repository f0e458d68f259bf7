"""A student's exception can be expected by its built-in type; a fault of the candidate or of ours escapes a test."""

from __future__ import annotations

import builtins

import pytest

from grader.models import Verdict
from grader.runtime.wire.faults import CandidateFault, EngineError, StudentError, student_error_class
from grader.runtime.wire.phrases import verbatim

_BUILTINS = sorted(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, Exception)
)


@pytest.mark.parametrize("name", [name for name in _BUILTINS if name != "ExceptionGroup"])
def test_student_error_is_caught_as_its_builtin_type(name: str) -> None:
    with pytest.raises(getattr(builtins, name)) as caught:
        raise student_error_class((name, "Exception", "object"))(name, "the text", 7)
    error = caught.value
    assert isinstance(error, StudentError)
    assert (error.type_name, error.message, error.line) == (name, "the text", 7)
    assert str(error) == f"{name}: the text"
    assert repr(error)


def test_student_error_of_a_group_is_a_plain_one() -> None:
    assert student_error_class(("ExceptionGroup", "Exception")) is StudentError


def test_student_error_of_an_own_class_is_caught_as_the_nearest_builtin_one() -> None:
    with pytest.raises(ValueError):
        raise student_error_class(("ShapeError", "MyError", "ValueError", "Exception"))("ShapeError", "no", None)


@pytest.mark.parametrize(
    "bases",
    [(), ("Own",), ("Exception",), ("object",), ("int",), ("__import__",), ("SystemExit", "BaseException"), ("",)],
    ids=repr,
)
def test_student_error_of_no_builtin_type_is_a_plain_one(bases: tuple[str, ...]) -> None:
    assert student_error_class(bases) is StudentError


def test_student_error_without_a_message_is_its_types_name() -> None:
    assert str(StudentError("ValueError", "", None)) == "ValueError"


@pytest.mark.parametrize(
    "fault",
    [CandidateFault(Verdict.TIMEOUT, "timeout", verbatim("no answer")), EngineError("the sandbox is gone")],
    ids=["CandidateFault", "EngineError"],
)
def test_fault_escapes_a_test_that_catches_every_exception(fault: BaseException) -> None:
    with pytest.raises(type(fault)):
        try:
            with pytest.raises(Exception):  # noqa: B017, PT011 - as a suite would write it
                raise fault
        except Exception:  # noqa: S110
            pass


def test_candidate_fault_keeps_what_it_says() -> None:
    fault = CandidateFault(Verdict.MEMORY, "memory", verbatim("too much"), 3)
    assert (fault.verdict, fault.kind, fault.message["en"], fault.line) == (Verdict.MEMORY, "memory", "too much", 3)
    assert str(fault) == "too much"
