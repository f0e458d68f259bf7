"""How the trusted side asks the nursery for candidates: the messages, and the handle that sends them.

{"do": "spawn", limits, device}  ->  {"pid"} with two descriptors: the sockets for answers and for what is printed
{"do": "end", pid, patience_s}   ->  {"exit_code"}: negative for a signal; null if it had to be killed
{"do": "drop", pid}              ->  {}: killed, to be buried by the next sweep
{"do": "sweep"}                  ->  {"problem"}: everything of every candidate is gone, or what is left
"""

from __future__ import annotations

import os
import socket

import msgspec

from grader.models import Limits
from grader.runtime.wire.faults import EngineError

__all__ = ["MAX_MESSAGE_BYTES", "NurseryClient", "NurseryError", "Reply", "Request"]

MAX_MESSAGE_BYTES = 1 << 16


class NurseryError(EngineError):
    """The nursery is gone or cannot fork: ours, never the student's."""


class Request(msgspec.Struct, kw_only=True, omit_defaults=True):
    do: str
    pid: int = 0
    patience_s: float = 0.0
    limits: Limits = Limits()
    device: str = "cpu"


class Reply(msgspec.Struct, kw_only=True, omit_defaults=True):
    pid: int = 0
    exit_code: int | None = None
    problem: str | None = None


class NurseryClient:
    """The trusted side of the control socket, a `CandidateSource`; one request at a time."""

    def __init__(self, control: socket.socket, pid: int) -> None:
        self._control = control
        self._pid = pid

    def close(self) -> None:
        """Lets the nursery bury its candidates and waits until it has."""
        self._control.close()
        os.waitpid(self._pid, 0)

    def spawn(self, limits: Limits, device: str) -> tuple[int, socket.socket, socket.socket]:
        self._send(Request(do="spawn", limits=limits, device=device))
        reply, fds = self._receive()
        if reply.problem or len(fds) != 2:
            raise NurseryError(reply.problem or "no descriptors came with the candidate")
        return reply.pid, socket.socket(fileno=fds[0]), socket.socket(fileno=fds[1])

    def end(self, pid: int, patience_s: float = 0.0) -> int | None:
        self._send(Request(do="end", pid=pid, patience_s=patience_s))
        return self._receive()[0].exit_code

    def drop(self, pid: int) -> None:
        self._send(Request(do="drop", pid=pid))
        self._receive()

    def sweep(self) -> str | None:
        """Removes every process and file of every candidate so far; returns what could not be removed."""
        self._send(Request(do="sweep"))
        return self._receive()[0].problem

    def _send(self, request: Request) -> None:
        try:
            self._control.send(msgspec.json.encode(request))
        except OSError as error:
            raise NurseryError("the nursery is gone") from error

    def _receive(self) -> tuple[Reply, list[int]]:
        """Returns a reply and the descriptors that came with it."""
        try:
            data, fds, _, _ = socket.recv_fds(self._control, MAX_MESSAGE_BYTES, 2)
        except OSError as error:  # a nursery that is killed before it reads a request resets the connection
            raise NurseryError("the nursery is gone") from error
        if not data:
            raise NurseryError("the nursery is gone")
        return msgspec.json.decode(data, type=Reply), fds
