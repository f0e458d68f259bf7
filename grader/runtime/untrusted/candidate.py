"""The candidate: the untrusted process that holds the student's module and answers requests about it.

Nothing that this process says about itself is believed, so it defends nothing: what it knows is the student's file,
the inputs of the current request and the names that the statement forbids. The examiner keeps the time.

    request = {"do": "outline" | "load" | "call" | "run", "id": n, "seed": n or None, ...}
    reply   = {"id": n, "ok": value} or {"id": n, "error": {...}} or {"id": n, "unsupported": phrase}
              or {"id": n or None, "lost": {...}} where values could not be carried over
"""

from __future__ import annotations

import builtins
import contextlib
import linecache
import marshal
import os
import socket
import struct
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import torch

from grader.runtime.untrusted.outline import outline
from grader.runtime.wire import codec
from grader.runtime.wire.answering import Answerer, ForbiddenCallError
from grader.runtime.wire.settings import Settings

__all__ = ["GREETING", "Candidate", "rehearse", "serve"]

_LENGTH = struct.Struct(">I")


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
        candidate.reply(codec.encode({"id": 0, "seed": 0, **request}))
    del sys.modules["rehearsal"], linecache.cache["rehearsal.py"]


GREETING = _LENGTH.pack(0)
"""What a candidate sends first: whoever ends it before that is not the student, of whose code nothing has run."""


def serve(connection: socket.socket) -> NoReturn:
    """Answers requests until the other side hangs up, then ends the process without any clean-up of Python's."""
    settings = Settings()
    candidate = Candidate(settings=settings)
    owner = os.getpid()
    connection.sendall(GREETING)
    while (message := _read(connection)) is not None:
        reply = candidate.reply(message, device="cuda")
        if os.getpid() != owner:  # a fork that the student's code made must not answer too
            os._exit(0)
        connection.sendall(_LENGTH.pack(len(reply)) + reply)
        settings.put_back()  # what ran behind the answer, as a `__del__` does; meanwhile the other side reads
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


class Candidate(Answerer):
    """Answers requests about one module.

    Args:
        module: what is there already; None where a `load` request will bring it.
        settings: what every request begins and ends with; see `Answerer`.
    """

    def __init__(self, module: types.ModuleType | None = None, settings: Settings | None = None) -> None:
        super().__init__(module, settings)
        self._actions |= {
            "outline": lambda request: outline(request["source"], request["file_name"]),
            "load": self._load,
        }

    def _load(self, request: dict[str, Any]) -> list[str]:
        """Runs the student's file; returns the names of the settings that it changes, as far as one is told of them."""
        module = types.ModuleType(request["file_name"].removesuffix(".py"))
        module.__file__ = request["file_name"]
        self._module = sys.modules[module.__name__] = module
        lines = request["source"].decode("utf-8-sig").splitlines(keepends=True)
        linecache.cache[module.__file__] = (len(request["source"]), None, lines, module.__file__)
        for name in request["forbid"]:
            _block(name)
        code = marshal.loads(request["code"])  # noqa: S302 - compiled by another candidate, and trusted no more than that
        settings, functions = Settings(), dict(vars(builtins))
        try:
            exec(code, module.__dict__)  # noqa: S102 - running the student's code is what this process is for
        finally:
            vars(builtins).update(functions)  # a `sum` for all modules is a setting too; names of its own may stay
        return settings.put_back()


_LIBRARIES = tuple(f"{folder}{os.sep}" for folder in (Path(torch.__file__).parents[1], Path(os.__file__).parent))
_GRADER = f"{Path(codec.__file__).parents[2]}{os.sep}"  # which may be installed among the libraries


def _block(name: str) -> None:
    """Puts a raising stub in the place of a forbidden function of torch; other entries are left to the syntax check.

    A forbidden class stays where it is, since torch asks `isinstance` and derives from it: it refuses to be made.
    """
    if name.startswith(".") and name.endswith("="):
        return
    path = f"torch.Tensor{name}" if name.startswith(".") else name
    owner_path, _, attribute = path.rpartition(".")
    owner = _resolve(owner_path)
    original = getattr(owner, attribute, None)
    if owner is None or not callable(original):
        return
    if isinstance(original, type):
        owner, attribute = original, "__init__"
    with contextlib.suppress(TypeError):  # a class that is written in C
        setattr(owner, attribute, _raising_stub(path, getattr(owner, attribute)))


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
        if _may_go_on(sys._getframe(1)):
            return original(*args, **kwargs)
        raise ForbiddenCallError(f"`{path}` is forbidden here")

    return forbidden


def _may_go_on(caller: types.FrameType) -> bool:
    """Whether a call is not the student's: what carries values, or a library that needs it for what is allowed.

    What C calls (`map`, `functools.partial`) is called by the frame that called C.
    """
    file_name = caller.f_code.co_filename
    is_of_a_library = file_name.startswith(_LIBRARIES) and not file_name.startswith(_GRADER)
    return is_of_a_library or caller.f_globals is codec.__dict__
