"""Candidates without processes: the real candidate, or a script of replies, behind a socket in a thread."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

from grader.models import Limits
from grader.runtime.untrusted import candidate
from grader.runtime.wire import codec
from grader.runtime.wire.frames import pack

Reply = Callable[[dict[str, Any], socket.socket], bytes | None]
"""Takes a decoded request and the pipe for output; returns the bytes to send, or None to hang up."""


def honest() -> Reply:
    """Returns what the real candidate does."""
    inside = candidate.Candidate()
    return lambda request, output: pack(inside.answer(request))


def saying(value: Any) -> Reply:
    """Returns a reply with the right number and this content."""
    return lambda request, output: pack(codec.encode({"id": request["id"], **value}))


class ThreadSource:
    """Starts a thread for each candidate.

    Args:
        make: returns the behaviour of one candidate.
        exit_code: what `end` reports of it.
        chunk_bytes: how much of a reply to send at a time.
        greets: whether a candidate gets as far as to greet.
    """

    def __init__(
        self,
        make: Callable[[], Reply],
        exit_code: int | None = None,
        chunk_bytes: int = 1 << 16,
        greets: bool = True,
    ) -> None:
        self._make = make
        self._exit_code = exit_code
        self._chunk_bytes = chunk_bytes
        self._greets = greets
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.requests: list[dict[str, Any]] = []
        self.spawned = 0
        self.ended: list[int] = []
        self.dropped: list[int] = []

    def spawn(self, limits: Limits, device: str) -> tuple[int, socket.socket, socket.socket]:
        self.spawned += 1
        ours, theirs = socket.socketpair()
        output, their_output = socket.socketpair()
        self._ends += [theirs, their_output]
        thread = threading.Thread(target=self._serve, args=(theirs, their_output, self._make()), daemon=True)
        self._threads.append(thread)
        thread.start()
        return self.spawned, ours, output

    def end(self, pid: int, patience_s: float = 0.0) -> int | None:
        self.ended.append(pid)
        return self._exit_code

    def drop(self, pid: int) -> None:
        self.dropped.append(pid)

    def close(self) -> None:
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5.0)
        for end in self._ends:
            end.close()

    def _serve(self, connection: socket.socket, output: socket.socket, reply: Reply) -> None:
        try:
            if self._greets:
                connection.sendall(candidate.GREETING)
            while (message := _read(connection)) is not None:
                request = codec.decode(message, from_candidate=False)
                self.requests.append(request)
                data = reply(request, output)
                if data is None:
                    output.shutdown(socket.SHUT_RDWR)
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                for start in range(0, len(data), self._chunk_bytes):
                    connection.sendall(data[start : start + self._chunk_bytes])
        except OSError:
            return


def _read(connection: socket.socket) -> bytes | None:
    head = _read_exactly(connection, 4)
    return None if head is None else _read_exactly(connection, struct.unpack(">I", head)[0])


def _read_exactly(connection: socket.socket, count: int) -> bytes | None:
    data = b""
    while len(data) < count:
        chunk = connection.recv(count - len(data))
        if not chunk:
            return None
        data += chunk
    return data
