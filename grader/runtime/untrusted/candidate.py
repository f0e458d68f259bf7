"""The candidate: the untrusted process that holds the student's module and answers requests about it.

Nothing that this process says about itself is believed, so it defends nothing: what it knows is the student's file,
the inputs of the current request and the names that the statement forbids. The examiner keeps the time.

    request = {"do": "outline" | "load" | "call" | "run", "id": n, "seed": n or None, ...}
    reply   = {"id": n, "ok": value} or {"id": n, "error": {...}} or {"id": n, "unsupported": phrase}
              or {"id": n or None, "lost": {...}} where values could not be carried over
"""

from __future__ import annotations

import builtins
import linecache
import marshal
import os
import socket
import struct
import sys
import types
from typing import Any, NoReturn

import torch

from grader.runtime.untrusted.outline import outline
from grader.runtime.untrusted.stubs import Stubs
from grader.runtime.wire import codec
from grader.runtime.wire.answering import Answerer
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
        {"do": "load", "file_name": "rehearsal.py", "source": source, "code": code, "stubs": []},
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
        self._stubs = Stubs(())
        self._actions |= {
            "outline": lambda request: outline(request["source"], request["file_name"]),
            "load": self._load,
        }

    def answer(self, request: dict[str, Any]) -> bytes:
        """Returns the encoded reply; from a request that says what is forbidden on, that is."""
        if "forbid" in request:
            self._stubs.in_force = frozenset(request["forbid"])
        return super().answer(request)

    def _load(self, request: dict[str, Any]) -> list[str]:
        """Runs the student's file; returns the names of the settings that it changes, as far as one is told of them."""
        module = types.ModuleType(request["file_name"].removesuffix(".py"))
        module.__file__ = request["file_name"]
        self._module = sys.modules[module.__name__] = module
        lines = request["source"].decode("utf-8-sig").splitlines(keepends=True)
        linecache.cache[module.__file__] = (len(request["source"]), None, lines, module.__file__)
        self._stubs = Stubs(request["stubs"])
        code = marshal.loads(request["code"])  # noqa: S302 - compiled by another candidate, and trusted no more than that
        settings, functions = Settings(), dict(vars(builtins))
        try:
            exec(code, module.__dict__)  # noqa: S102 - running the student's code is what this process is for
        finally:
            vars(builtins).update(functions)  # a `sum` for all modules is a setting too; names of its own may stay
        return settings.put_back()
