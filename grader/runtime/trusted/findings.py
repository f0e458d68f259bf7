"""Turns what a test ended with into what a student reads: verdict, kind of wrong, one sentence, a line.

With terse feedback a hidden test's inputs and expected values never get into a message: a shape, a dtype and a type's
name may, a number may not, and of an exception only the type and the student's own line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from grader.models import Feedback, Text, Verdict, Visibility
from grader.runtime.trusted.compare import Mismatch
from grader.runtime.wire.faults import CandidateFault, EngineError, StudentError
from grader.runtime.wire.phrases import lines, say, verbatim

__all__ = ["Finding", "SuiteBrokenError", "describe", "file_of", "is_told_in_full"]


_NEVER_BY_AN_ANSWER = (NameError, ImportError, SyntaxError)


class SuiteBrokenError(EngineError):
    """A test failed in its own code."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    verdict: Verdict
    kind: str | None = None
    message: Text = {}
    line: int | None = None


def is_told_in_full(visibility: Visibility, feedback: Feedback) -> bool:
    """Whether a student may read of a test what its inputs could be read from: differences, messages, prints."""
    return visibility is Visibility.VISIBLE or feedback is Feedback.FULL


def describe(
    error: BaseException,
    visibility: Visibility,
    feedback: Feedback,
    *,
    raised_in: str,
    has_answers: bool,
    languages: Sequence[str] = ("en", "zh"),
) -> Finding:
    """Says what a test that raised `error` means for the student.

    Args:
        error: what came out of the test's body.
        visibility: of the test.
        feedback: of the assignment.
        raised_in: the file whose code raised it.
        has_answers: whether the candidate had answered in this test; if not, the student cannot be the cause.
        languages: of the suite's own sentences, in their order.

    Raises:
        EngineError: if it was the sandbox's or the test's own failure.
    """
    if isinstance(error, EngineError):
        raise error
    is_open = is_told_in_full(visibility, feedback)
    if isinstance(error, CandidateFault):
        return Finding(verdict=error.verdict, kind=error.kind, message=error.message, line=error.line)
    if isinstance(error, StudentError):
        return _of_student_error(error, is_open)
    if isinstance(error, pytest.skip.Exception):
        return Finding(verdict=Verdict.SKIPPED, kind="skipped", message=verbatim(str(error)))
    finding = _of_failed_check(error, is_open, raised_in, has_answers, languages)
    if finding is None and has_answers and not isinstance(error, _NEVER_BY_AN_ANSWER):
        # A test that stumbles over an answer: the answer is not what it should be.
        message = say("the result is not of the kind that is expected")
        finding = Finding(verdict=Verdict.FAILED, kind="unusable", message=message)
    if finding is None:
        raise SuiteBrokenError(f"{type(error).__name__}: {error}") from error
    return finding


def _of_failed_check(
    error: BaseException, is_open: bool, raised_in: str, has_answers: bool, languages: Sequence[str]
) -> Finding | None:
    """Says what a comparison, `pytest.raises` or a plain `assert` of the suite means; None for anything else."""
    if isinstance(error, Mismatch):
        said = error.said(languages)
        message = lines(said, error.diff) if is_open and error.diff else said
        return Finding(verdict=Verdict.FAILED, kind=error.kind, message=message)
    if isinstance(error, pytest.fail.Exception):
        return Finding(verdict=Verdict.FAILED, kind="no_exception", message=_of_pytest_failure(str(error)))
    is_of_test = raised_in.startswith("test_") or str(error).startswith("Regex pattern")  # `pytest.raises(match=...)`
    if isinstance(error, AssertionError) and is_of_test and has_answers:
        return Finding(verdict=Verdict.FAILED, kind="property", message=say("what the title says does not hold"))
    return None


def _of_student_error(error: StudentError, shows_message: bool) -> Finding:
    if shows_message and error.message:
        message = say("`{name}` was raised: {message}", name=error.type_name, message=error.message)
    else:
        message = say("`{name}` was raised", name=error.type_name if shows_message else error.builtin_name)
    return Finding(verdict=Verdict.ERROR, kind="exception", message=message, line=error.line)


def _of_pytest_failure(text: str) -> Text:
    match = re.search(r"DID NOT RAISE (?:any of )?\W*(?:class ')?([\w.]+)", text)  # `<class 'X'>` before pytest 8.4
    if match:
        return say("no `{name}` was raised", name=match.group(1))
    return say("what the title says does not hold")


def file_of(error: BaseException) -> str:
    """Returns the name of the file whose code raised an exception."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return Path(trace.tb_frame.f_code.co_filename).name if trace else ""
