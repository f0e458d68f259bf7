"""Candidates as fresh interpreters, where processes cannot be forked safely (Windows, macOS).

Each costs an import of torch, so one serves a whole submission. It connects back over the loopback interface, which
works on every system, and shows a random token first, so that nothing else on the machine can take its place.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
import subprocess
import sys
from typing import NoReturn

from grader.models import Limits

__all__ = ["FreshInterpreters", "main"]

_TOKEN_BYTES = 32
_START_S = 120.0


class FreshInterpreters:
    """A `CandidateSource` without limits on memory or processes: for one's own code only.

    Args:
        root: the folder in which the package `grader` is found.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def spawn(self, limits: Limits, device: str) -> tuple[int, socket.socket, socket.socket]:
        token = secrets.token_bytes(_TOKEN_BYTES)
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(_START_S)
            process = self._start(server.getsockname()[1], token)
            answers, printed = _accept(server, token), _accept(server, token)
        self._processes[process.pid] = process
        return process.pid, answers, printed

    def end(self, pid: int, patience_s: float = 0.0) -> int | None:
        process = self._processes[pid]
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(patience_s)
        process.kill()
        process.wait()
        return None

    def drop(self, pid: int) -> None:
        self._processes[pid].kill()

    def close(self) -> None:
        for process in self._processes.values():
            process.kill()
            process.wait()

    def _start(self, port: int, token: bytes) -> subprocess.Popen[bytes]:
        module = "grader.runtime.processes.interpreters"
        code = f"import sys; sys.path.insert(0, {self._root!r}); from {module} import main; main()"
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own text
            [sys.executable, "-I", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if process.stdin is not None:
            with process.stdin as pipe:
                pipe.write(port.to_bytes(2, "big") + token)
        return process


def main() -> NoReturn:
    """Runs in the fresh interpreter: connects back, and becomes a candidate."""
    from grader.runtime.untrusted import candidate

    head = sys.stdin.buffer.read(2 + _TOKEN_BYTES)
    address = ("127.0.0.1", int.from_bytes(head[:2], "big"))
    connection, output = socket.create_connection(address), socket.create_connection(address)
    for end in (connection, output):
        end.sendall(head[2:])
    sys.stdout = sys.stderr = output.makefile("w", encoding="utf-8", errors="replace", buffering=1)
    candidate.serve(connection)


def _accept(server: socket.socket, token: bytes) -> socket.socket:
    while True:
        connection, _ = server.accept()
        connection.settimeout(_START_S)
        if secrets.compare_digest(connection.recv(_TOKEN_BYTES, socket.MSG_WAITALL), token):
            return connection
        connection.close()
