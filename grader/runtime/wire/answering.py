"""Answers requests about a module: the student's in a candidate, a mutant on the trusted side.

It calls what it is told to call and writes down what came of it; whether that is right, nobody here knows.
"""

from __future__ import annotations

import contextlib
import errno
import sys
import traceback
import types
from collections.abc import Callable
from functools import cache
from typing import Any

import torch

from grader.runtime.wire import codec
from grader.runtime.wire.generators import seed_generators
from grader.runtime.wire.settings import Settings

__all__ = ["Answerer", "ForbiddenCallError"]

_MAX_TEXT = 2_000
_ALLOCATION_FAILURES = ("can't allocate memory", "out of memory", "not enough memory")
_LOST = codec.encode({"id": None, "lost": {}})


class ForbiddenCallError(RuntimeError):
    """The student's code called what its statement forbids."""


class Answerer:
    """Answers requests about one module.

    Args:
        module: what is there already; None where it comes later.
        settings: what every request begins and ends with. None where others use the process too: then it is whatever
            a request finds.
    """

    def __init__(self, module: types.ModuleType | None = None, settings: Settings | None = None) -> None:
        self._module = module
        self._settings = settings
        self._actions: dict[str, Callable[[dict[str, Any]], Any]] = {"call": self._call, "run": self._run}

    def reply(self, message: bytes, device: str = "cpu") -> bytes:
        """Returns the encoded reply to an encoded request, whatever happens: what fails on the way is part of it."""
        try:
            return self.answer(codec.decode(message, from_candidate=False, device=device))
        except BaseException as error:
            return self._lost(None, error)

    def answer(self, request: dict[str, Any]) -> bytes:
        """Returns the encoded reply; whatever the code raises becomes part of it."""
        number, before = request["id"], self._settings or Settings()
        outcome = self._outcome(request)
        try:
            _flush()
            before.put_back()
            return codec.encode({"id": number, **outcome}, keep_strides=False)
        except codec.UnsupportedValueError as error:
            return codec.encode({"id": number, "unsupported": str(error)})
        except BaseException as error:
            return self._lost(number, error)

    def _outcome(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            if request["seed"] is not None:  # once a test, or two calls in a row would draw the same numbers
                seed_generators(request["seed"])
            return {"ok": self._actions[request["do"]](request)}
        except BaseException as error:  # SystemExit and KeyboardInterrupt of the student's too
            return {"error": self._describe(error)}

    def _lost(self, number: int | None, error: BaseException) -> bytes:
        """Returns the reply that stands for one that could not be given, or for one to what could not be read."""
        try:
            cause = error.__cause__ if isinstance(error, codec.WireError) else None
            return codec.encode({"id": number, "lost": self._describe(cause or error)})
        except BaseException:  # the code has changed what even this is made with
            return _LOST

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


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # closed, or of the student's own making
            stream.flush()
