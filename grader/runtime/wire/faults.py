"""How a candidate's misfortune reaches a test: as an exception that names whose fault it was.

`StudentError` is what the student's own code raised; a test may expect it (`pytest.raises(ValueError)`).
`CandidateFault` means that no answer came at all, and no test may swallow it.
"""

from __future__ import annotations

import builtins
from functools import cache

from grader.language import in_language
from grader.models import Text, Verdict
from grader.runtime.wire.phrases import say

__all__ = ["CandidateFault", "EngineError", "MissingFault", "StudentError", "student_error_class"]


class StudentError(Exception):
    """An exception of the student's code, rebuilt on the trusted side from its name, message and lines.

    Attributes:
        type_name: the class's name, as the student would write it.
        message: `str()` of the original, cut to a bounded length.
        line: the submission's line that raised or called what raised; None when none was on the stack.
    """

    def __init__(self, type_name: str, message: str, line: int | None) -> None:
        self.type_name = type_name
        self.message = message
        self.line = line

    @property
    def builtin_name(self) -> str:
        """The nearest built-in class: the name of a class made at run time could spell the inputs."""
        return next((base.__name__ for base in type(self).__mro__ if base.__module__ == "builtins"), "Exception")

    def __str__(self) -> str:
        return f"{self.type_name}: {self.message}" if self.message else self.type_name


class CandidateFault(BaseException):
    """No answer: the candidate hung, died, broke a limit or the protocol, or has nothing to call.

    Not an `Exception`, so that `pytest.raises(Exception)` and `except Exception` in a suite let it through.
    """

    def __init__(self, verdict: Verdict, kind: str, message: Text, line: int | None = None) -> None:
        super().__init__(in_language(message, "en"))
        self.verdict = verdict
        self.kind = kind
        self.message = message
        self.line = line


class MissingFault(CandidateFault):
    """The submission does not define what was asked for.

    Its message names nothing: the name is what the candidate says, and only one that was asked for may be repeated.

    Attributes:
        name: what is missing, as the candidate says.
    """

    def __init__(self, name: str, line: int | None = None) -> None:
        message = say("something that the test needs is not defined")
        super().__init__(Verdict.ERROR, kind="missing", message=message, line=line)
        self.name = name


class EngineError(BaseException):
    """The sandbox itself failed: ours, so nothing is graded. Not an `Exception`, like `CandidateFault`."""


@cache
def student_error_class(bases: tuple[str, ...]) -> type[StudentError]:
    """Returns `StudentError` mixed with the nearest built-in exception of a class's ancestry.

    Args:
        bases: names of the original class and its bases, nearest first, as the candidate reported them.
    """
    for name in bases:
        builtin = getattr(builtins, name, None)
        if isinstance(builtin, type) and issubclass(builtin, Exception) and name not in _NOT_MIXED_IN:
            return type(f"Student{name}", (StudentError, builtin), {})
    return StudentError


_NOT_MIXED_IN = frozenset({"Exception", "ExceptionGroup"})  # a group's constructor and attributes are its own
