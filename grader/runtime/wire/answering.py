"""Answers requests about a module: the student's in a candidate, a mutant on the trusted side.

It calls what it is told to call and writes down what came of it; whether that is right, nobody here knows.
"""

from __future__ import annotations

import errno
import random
import sys
import traceback
import types
from collections.abc import Callable
from functools import cache
from typing import Any

import torch

from grader.runtime.wire import codec

__all__ = ["Answerer", "ForbiddenCallError"]

_MAX_TEXT = 2_000
_ALLOCATION_FAILURES = ("can't allocate memory", "out of memory", "not enough memory")


class ForbiddenCallError(RuntimeError):
    """The student's code called what its statement forbids."""


class Answerer:
    """Answers requests about one module.

    Args:
        module: what is there already; None where it comes later.
    """

    def __init__(self, module: types.ModuleType | None = None) -> None:
        self._module = module
        self._actions: dict[str, Callable[[dict[str, Any]], Any]] = {"call": self._call, "run": self._run}

    def answer(self, request: dict[str, Any]) -> bytes:
        """Returns the encoded reply; whatever the code raises becomes part of it."""
        number = request["id"]
        try:
            if request["seed"] is not None:  # once a test, or two calls in a row would draw the same numbers
                _seed(request["seed"])
            value = self._actions[request["do"]](request)
            _flush()
            return codec.encode({"id": number, "ok": value}, keep_strides=False)
        except codec.UnsupportedValueError as error:
            return codec.encode({"id": number, "unsupported": str(error)})
        except BaseException as error:  # SystemExit and KeyboardInterrupt of the student's too
            return codec.encode({"id": number, "error": self._describe(error)})

    def _call(self, request: dict[str, Any]) -> Any:
        function = getattr(self._module, request["name"], None)
        if function is None:
            raise _MissingError(request["name"])
        return function(*request["args"], **request["kwargs"])

    def _run(self, request: dict[str, Any]) -> Any:
        scope: dict[str, Any] = {"torch": torch}
        exec(_compiled(request["source"]), scope)  # noqa: S102 - the suite's own text
        return scope[request["name"]](_Solution(self._module), *request["args"], **request["kwargs"])

    def _describe(self, error: BaseException) -> dict[str, Any]:
        return {
            "types": [base.__name__ for base in type(error).__mro__][:16],
            "message": _text(error),
            "lines": self._lines(error),
            "kind": _kind_of(error),
        }

    def _lines(self, error: BaseException) -> list[int]:
        """Returns the student's own lines on the stack, outermost first."""
        file_name = getattr(self._module, "__file__", None)
        frames = traceback.walk_tb(error.__traceback__)
        return [line for frame, line in frames if frame.f_code.co_filename == file_name][-8:]


class _MissingError(Exception):
    """The student's file does not define what was asked for."""


class _Solution:
    """The student's module as a probe sees it: what is not defined says so."""

    def __init__(self, module: types.ModuleType | None) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._module, name, None)
        if value is None:
            raise _MissingError(name)
        return value


def _kind_of(error: BaseException) -> str:
    """Tells apart what is more than an exception of the student's code; the examiner gives each its verdict."""
    text = _text(error).lower()
    if isinstance(error, _MissingError):
        return "missing"
    if isinstance(error, ForbiddenCallError):
        return "forbidden"
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, RuntimeError) and any(phrase in text for phrase in _ALLOCATION_FAILURES):
        return "memory"
    if isinstance(error, RuntimeError) and "can't start new thread" in text:
        return "processes"
    if isinstance(error, OSError) and error.errno == errno.EAGAIN:
        return "processes"
    return "exception"


def _text(error: BaseException) -> str:
    try:
        return str(error)[:_MAX_TEXT].encode("utf-8", "replace").decode("utf-8")
    except BaseException:  # a student's own __str__ may raise anything, SystemExit too
        return ""


@cache
def _compiled(probe: str) -> types.CodeType:
    return compile(probe, "<probe>", "exec", dont_inherit=True)


def _seed(seed: int) -> None:
    """Seeds what is there. `torch.manual_seed` would also note down a stack trace for every kind of device."""
    torch.default_generator.manual_seed(seed)
    random.seed(seed)
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.manual_seed_all(seed)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()
