"""The nursery: forks candidates on request, and buries them. No suite and no submission ever enters it.

It is forked from the supervisor before the first job is read, so a candidate's memory is a copy of a process that
knows nothing. The source of a submission goes straight from the examiner to the candidate.

    {"do": "spawn", limits, device}  ->  {"pid"} with two descriptors: the sockets for answers and for what is printed
    {"do": "end", pid, patience_s}   ->  {"exit_code"}: negative for a signal; null if it had to be killed
    {"do": "drop", pid}              ->  nothing: killed, reaped later
    {"do": "sweep"}                  ->  {"problem"}: everything of every candidate is gone, or what is left
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import msgspec

from grader.models import Limits
from grader.runtime import candidate, leftovers
from grader.runtime.faults import EngineError
from grader.runtime.limits import become_subreaper, confine, die_with_parent, redirect_output

__all__ = ["NurseryClient", "NurseryError", "start_nursery"]

_MAX_MESSAGE_BYTES = 1 << 16
_SWEEP_S = 5.0


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


def start_nursery(*, isolate: bool) -> NurseryClient:
    """Forks the nursery from this process, which must not have read anything secret yet.

    Args:
        isolate: give every candidate a user id of its own; needs root, or the capabilities SETUID, SETGID and KILL.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        ours.close()
        _Nursery(theirs, isolate).run()
    theirs.close()
    return NurseryClient(ours)


class NurseryClient:
    """The trusted side of the control socket, a `CandidateSource`; one request at a time."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control

    def spawn(self, limits: Limits, device: str) -> tuple[int, socket.socket, socket.socket]:
        self._send(Request(do="spawn", limits=limits, device=device))
        data, fds, _, _ = socket.recv_fds(self._control, _MAX_MESSAGE_BYTES, 2)
        reply = self._decode(data)
        if reply.problem or len(fds) != 2:
            raise NurseryError(reply.problem or "no descriptors came with the candidate")
        return reply.pid, socket.socket(fileno=fds[0]), socket.socket(fileno=fds[1])

    def end(self, pid: int, patience_s: float = 0.0) -> int | None:
        self._send(Request(do="end", pid=pid, patience_s=patience_s))
        return self._receive().exit_code

    def drop(self, pid: int) -> None:
        self._send(Request(do="drop", pid=pid))

    def sweep(self) -> str | None:
        """Removes every process and file of every candidate so far; returns what could not be removed."""
        self._send(Request(do="sweep"))
        return self._receive().problem

    def _send(self, request: Request) -> None:
        try:
            self._control.send(msgspec.json.encode(request))
        except OSError as error:
            raise NurseryError("the nursery is gone") from error

    def _receive(self) -> Reply:
        return self._decode(self._control.recv(_MAX_MESSAGE_BYTES))

    def _decode(self, data: bytes) -> Reply:
        if not data:
            raise NurseryError("the nursery is gone")
        return msgspec.json.decode(data, type=Reply)


class _Nursery:
    def __init__(self, control: socket.socket, isolate: bool) -> None:
        self._control = control
        self._uids = _uids_in_own_order() if isolate else itertools.repeat(None)
        self._is_isolated = isolate
        self._home = tempfile.gettempdir() if isolate else tempfile.mkdtemp(prefix="gradus-")
        self._exit_codes: dict[int, int] = {}

    def run(self) -> NoReturn:
        become_subreaper()
        die_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._close_everything_else()
        while data := self._control.recv(_MAX_MESSAGE_BYTES):
            self._handle(msgspec.json.decode(data, type=Request))
        self._sweep()
        if not self._is_isolated:
            shutil.rmtree(self._home, ignore_errors=True)
        os._exit(0)

    def _close_everything_else(self) -> None:
        """The stream to the host above all: a candidate must not inherit it."""
        keep = self._control.fileno()
        os.closerange(3, keep)
        os.closerange(keep + 1, os.sysconf("SC_OPEN_MAX"))
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)

    def _handle(self, request: Request) -> None:
        if request.do == "spawn":
            self._spawn(request)
        elif request.do == "end":
            self._reply(Reply(exit_code=self._end(request.pid, request.patience_s)))
        elif request.do == "drop":
            self._reap()
            if request.pid not in self._exit_codes:  # its number may be another's by now
                _kill(request.pid)
        else:
            self._reply(Reply(problem=self._sweep()))

    def _reply(self, reply: Reply, fds: tuple[int, ...] = ()) -> None:
        socket.send_fds(self._control, [msgspec.json.encode(reply)], fds)

    def _spawn(self, request: Request) -> None:
        uid = next(self._uids, None)
        if self._is_isolated and uid is None:
            self._reply(Reply(problem="every user id of this sandbox was used once"))
            return
        answers, connection = socket.socketpair()
        printed, output = socket.socketpair()
        try:
            pid = os.fork()
        except OSError as error:
            self._reply(Reply(problem=f"no candidate could be forked ({error.strerror})"))
            return
        if pid == 0:
            self._become_candidate(uid, request, connection, output, (answers, printed))
        self._reply(Reply(pid=pid), (answers.fileno(), printed.fileno()))
        for end in (answers, connection, printed, output):
            end.close()

    def _become_candidate(
        self,
        uid: int | None,
        request: Request,
        connection: socket.socket,
        output: socket.socket,
        foreign: tuple[socket.socket, ...],
    ) -> NoReturn:
        try:
            for end in (*foreign, self._control):
                end.close()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            redirect_output(output.detach())
            confine(uid, request.limits, request.device, self._home)
            candidate.serve(connection)
        finally:
            os._exit(1)  # whatever went wrong, this copy of the nursery must not run on

    def _end(self, pid: int, patience_s: float) -> int | None:
        deadline = time.monotonic() + patience_s
        self._reap()
        while pid not in self._exit_codes and time.monotonic() < deadline:
            time.sleep(0.001)
            self._reap()
        exit_code = self._exit_codes.get(pid)
        if exit_code is None:
            _kill(pid)
        self._remove_leftovers()  # what it started must not slow down the next candidate
        return exit_code

    def _reap(self) -> None:
        """Collects all children that have ended by now, orphans of candidates among them."""
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self._exit_codes[ended[0]] = os.waitstatus_to_exitcode(ended[1])

    def _sweep(self) -> str | None:
        deadline = time.monotonic() + _SWEEP_S
        while (problem := self._remove_leftovers()) and time.monotonic() < deadline:
            time.sleep(0.002)  # what was killed takes a moment to go
        self._exit_codes.clear()
        return problem

    def _remove_leftovers(self) -> str | None:
        self._reap()
        return leftovers.remove_isolated() if self._is_isolated else leftovers.remove_plain(Path(self._home))


def _uids_in_own_order() -> Iterator[int]:
    """Two containers on one host should not count their processes on the same user, so each begins elsewhere."""
    uids = leftovers.CANDIDATE_UIDS
    start = secrets.choice(uids)
    return itertools.chain(range(start, uids.stop), range(uids.start, start))


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):  # before its setsid a candidate has no group of its own yet
        with contextlib.suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)
