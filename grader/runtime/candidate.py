"""The candidate: the untrusted process that holds the student's module and answers requests about it.

Nothing that this process says about itself is believed, so it defends nothing: what it knows is the student's file,
the inputs of the current request and the names that the statement forbids. The examiner keeps the time.

    request = {"do": "outline" | "load" | "call" | "run", "id": n, "seed": n or None, ...}
    reply   = {"id": n, "ok": value} or {"id": n, "error": {...}} or {"id": n, "unsupported": phrase}
"""

from __future__ import annotations

import errno
import linecache
import marshal
import os
import random
import socket
import struct
import sys
import traceback
import types
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

import torch

from grader.runtime import wire
from grader.runtime.outline import outline

__all__ = ["GREETING", "Candidate", "rehearse", "serve"]

_LENGTH = struct.Struct(">I")
_MAX_TEXT = 2_000
_ALLOCATION_FAILURES = ("can't allocate memory", "out of memory", "not enough memory")


class ForbiddenCallError(RuntimeError):
    """The student's code called what its statement forbids."""


def rehearse() -> None:
    """Does once, on nothing, what a submission will do.

    A forked process copies every page that it writes for the first time. Whoever has time before the first request
    takes those copies out of the time of the answer.
    """
    source = b"import torch\n\n\ndef f(x):\n    return 2 * x\n"
    probe = "def p(solution, x):\n    return solution.f(x.clone())\n"  # no backward: see the supervisor's warm-up
    inputs: dict[str, Any] = {"args": (torch.ones(2, 3),), "kwargs": {}}
    code = outline(source, "rehearsal.py")["code"]
    candidate = Candidate()
    for request in (
        {"do": "load", "file_name": "rehearsal.py", "source": source, "code": code, "forbid": []},
        {"do": "call", "name": "f", **inputs},
        {"do": "run", "name": "p", "source": probe, **inputs},
    ):
        message = wire.encode({"id": 0, "seed": 0, **request})
        candidate.answer(wire.decode(message, from_candidate=False))
    del sys.modules["rehearsal"], linecache.cache["rehearsal.py"]


GREETING = _LENGTH.pack(0)
"""What a candidate sends first: whoever ends it before that is not the student, of whose code nothing has run."""


def serve(connection: socket.socket) -> NoReturn:
    """Answers requests until the other side hangs up, then ends the process without any clean-up of Python's."""
    candidate = Candidate()
    owner = os.getpid()
    connection.sendall(GREETING)
    while (message := _read(connection)) is not None:
        request = wire.decode(message, from_candidate=False, device="cuda")
        reply = candidate.answer(request)
        if os.getpid() != owner:  # a fork that the student's code made must not answer too
            os._exit(0)
        connection.sendall(_LENGTH.pack(len(reply)) + reply)
    os._exit(0)


def _read(connection: socket.socket) -> bytes | None:
    head = _read_exactly(connection, _LENGTH.size)
    return None if head is None else _read_exactly(connection, _LENGTH.unpack(head)[0])


def _read_exactly(connection: socket.socket, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        chunk = connection.recv(min(count - len(data), 1 << 20))
        if not chunk:
            return None
        data += chunk
    return bytes(data)


class Candidate:
    """Answers requests about one module.

    Args:
        module: what is there already; None where a `load` request will bring it.
    """

    def __init__(self, module: types.ModuleType | None = None) -> None:
        self._module = module
        self._actions: dict[str, Callable[[dict[str, Any]], Any]] = {
            "outline": lambda request: outline(request["source"], request["file_name"]),
            "load": self._load,
            "call": self._call,
            "run": self._run,
        }

    def answer(self, request: dict[str, Any]) -> bytes:
        """Returns the encoded reply; whatever the code raises becomes part of it."""
        number = request["id"]
        try:
            if request["seed"] is not None:  # once a test, or two calls in a row would draw the same numbers
                _seed(request["seed"])
            value = self._actions[request["do"]](request)
            _flush()
            return wire.encode({"id": number, "ok": value}, keep_strides=False)
        except wire.UnsupportedValueError as error:
            return wire.encode({"id": number, "unsupported": str(error)})
        except BaseException as error:  # SystemExit and KeyboardInterrupt of the student's too
            return wire.encode({"id": number, "error": self._describe(error)})

    def _load(self, request: dict[str, Any]) -> None:
        module = types.ModuleType(request["file_name"].removesuffix(".py"))
        module.__file__ = request["file_name"]
        self._module = sys.modules[module.__name__] = module
        lines = request["source"].decode("utf-8-sig").splitlines(keepends=True)
        linecache.cache[module.__file__] = (len(request["source"]), None, lines, module.__file__)
        for name in request["forbid"]:
            _block(name)
        code = marshal.loads(request["code"])  # noqa: S302 - compiled by another candidate, and trusted no more than that
        exec(code, module.__dict__)  # noqa: S102 - running the student's code is what this process is for

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


def _block(name: str) -> None:
    """Puts a raising stub in the place of a forbidden function of torch; other entries are left to the syntax check."""
    if name.startswith(".") and name.endswith("="):
        return
    path = f"torch.Tensor{name}" if name.startswith(".") else name
    owner_path, _, attribute = path.rpartition(".")
    owner = _resolve(owner_path)
    original = getattr(owner, attribute, None)
    if owner is not None and callable(original):
        setattr(owner, attribute, _raising_stub(path, original))


def _resolve(path: str) -> Any:
    names = path.split(".")
    if names[0] != "torch":
        return None
    value: Any = torch
    for name in names[1:]:
        value = getattr(value, name, None)
    return value


def _raising_stub(path: str, original: Callable[..., Any]) -> Callable[..., Any]:
    def forbidden(*args: Any, **kwargs: Any) -> Any:
        if sys._getframe(1).f_globals is wire.__dict__:  # what carries values may go on as before
            return original(*args, **kwargs)
        raise ForbiddenCallError(f"`{path}` is forbidden here")

    return forbidden
