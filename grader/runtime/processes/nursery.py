"""The nursery: forks candidates on request, and buries them. No suite and no submission ever enters it.

It is forked from the supervisor before the first job is read, so a candidate's memory is a copy of a process that
knows nothing. The source of a submission goes straight from the examiner to the candidate.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import select
import shutil
import signal
import socket
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import msgspec

from grader.runtime.processes import leftovers
from grader.runtime.processes.huge_pages import collapse_heap
from grader.runtime.processes.memory import shared_bytes
from grader.runtime.processes.nursery_client import MAX_MESSAGE_BYTES, NurseryClient, NurseryError, Reply, Request
from grader.runtime.untrusted import candidate
from grader.runtime.untrusted.landlock import Landlock
from grader.runtime.untrusted.limits import (
    become_subreaper,
    confine,
    die_with_parent,
    gain_no_privileges,
    limit_resources,
    redirect_output,
    surround,
)
from grader.runtime.untrusted.seccomp import refuse_calls

__all__ = ["start_nursery"]

_TERMS_BYTES = 512  # the request that a spare waits for, padded: it tells the limits
_SWEEP_S = 5.0
_END_S = 0.1
_SPARES = 8  # an assignment's tasks; idle time pays for them
_PARKED_BYTES = 64 * 2**20
_PARKED_SHARED_BYTES = 8 * 2**20
_PARKED_THREADS = 4


def start_nursery(*, isolate: bool) -> NurseryClient:
    """Forks the nursery from this process, which must not have read anything secret yet.

    Args:
        isolate: give every candidate a user id of its own; needs root, or the capabilities SETUID, SETGID and KILL.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid == 0:
        ours.close()
        _Nursery(theirs, isolate).run()
    theirs.close()
    return NurseryClient(ours, pid)


@dataclass(frozen=True)
class _Child:
    """A candidate that waits for its limits; the sockets are the examiner's ends."""

    pid: int
    uid: int | None
    answers: socket.socket
    printed: socket.socket

    def close(self) -> None:
        self.answers.close()
        self.printed.close()


class _Nursery:
    def __init__(self, control: socket.socket, isolate: bool) -> None:
        self._control = control
        self._uids = _uids_in_own_order() if isolate else itertools.repeat(None)
        self._is_isolated = isolate
        self._home = Path(tempfile.gettempdir() if isolate else tempfile.mkdtemp(prefix="gradus-"))
        self._spares: deque[_Child] = deque()
        self._is_settled = self._is_idle = False
        self._parked: set[int] = set()
        self._exit_codes: dict[int, int] = {}
        self._landlock: Landlock | None = None
        self._shared_bytes = 0

    def run(self) -> NoReturn:
        become_subreaper()
        die_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._close_everything_else()
        surround(str(self._home))
        if self._is_isolated:
            self._raise_walls()
        while data := self._next_request():
            self._handle(msgspec.json.decode(data, type=Request))
        while self._spares:
            _signal(self._spares.popleft().pid, signal.SIGKILL)
        self._sweep()
        if not self._is_isolated:
            shutil.rmtree(self._home, ignore_errors=True)
        os._exit(0)

    def _raise_walls(self) -> None:
        """Makes what all candidates take on; that these calls are refused hinders nothing that is done here."""
        gain_no_privileges()
        refuse_calls()
        self._landlock = Landlock((str(self._home), "/dev/shm"))  # noqa: S108 - not written to here
        self._shared_bytes = shared_bytes()

    def _close_everything_else(self) -> None:
        """The stream to the host above all: a candidate must not inherit it."""
        keep = self._control.fileno()
        os.closerange(3, keep)
        os.closerange(keep + 1, os.sysconf("SC_OPEN_MAX"))
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)

    def _next_request(self) -> bytes:
        """Waits for the next request; the time between two submissions goes into spares."""
        while self._is_idle and len(self._spares) < _SPARES and not select.select([self._control], [], [], 0)[0]:
            try:
                self._spares.append(self._fork(rehearses=True))
            except NurseryError:
                break  # whoever asks for a candidate next is told why there is none
        return self._control.recv(MAX_MESSAGE_BYTES)

    def _handle(self, request: Request) -> None:
        if request.do == "spawn":
            self._spawn(request)
        elif request.do == "end":
            self._reply(Reply(exit_code=self._end(request.pid, request.patience_s)))
        elif request.do == "drop":
            self._park(request.pid)
            self._reply(Reply())
        else:
            self._reply(Reply(problem=self._sweep()))
            self._settle()

    def _reply(self, reply: Reply, fds: tuple[int, ...] = ()) -> None:
        socket.send_fds(self._control, [msgspec.json.encode(reply)], fds)

    def _spawn(self, request: Request) -> None:
        self._is_idle = False
        try:
            child = self._child_with(msgspec.json.encode(request).ljust(_TERMS_BYTES))
        except NurseryError as error:
            self._reply(Reply(problem=str(error)))
            return
        self._reply(Reply(pid=child.pid), (child.answers.fileno(), child.printed.fileno()))
        child.close()

    def _child_with(self, terms: bytes) -> _Child:
        """Returns a candidate that was told its terms, past those that the kernel ended while they waited."""
        for _ in range(_SPARES + 1):
            child = self._living_spare() or self._fork_with_room()
            try:
                child.answers.sendall(terms)
                return child
            except OSError:
                child.close()
        raise NurseryError("no candidate lives long enough to be told its terms")

    def _living_spare(self) -> _Child | None:
        """Returns a spare, past those that died waiting: short of memory, the kernel takes candidates first."""
        self._reap()
        while self._spares:
            spare = self._spares.popleft()
            if spare.pid not in self._exit_codes:
                return spare
            spare.close()
        return None

    def _fork_with_room(self) -> _Child:
        """Forks a candidate; if the container has no process left for it, after all is gone that others left."""
        try:
            return self._fork()
        except NurseryError:
            self._clear()
            return self._fork()

    def _fork(self, *, rehearses: bool = False) -> _Child:
        uid = next(self._uids, None)
        if self._is_isolated and uid is None:
            raise NurseryError("every user id of this sandbox was used once")
        answers, connection = socket.socketpair()
        printed, output = socket.socketpair()
        try:
            pid = os.fork()
        except OSError as error:
            raise NurseryError(f"no candidate could be forked ({error.strerror})") from error
        child = _Child(pid, uid, answers, printed)
        if pid == 0:
            self._become_candidate(child, connection, output, rehearses)
        connection.close()
        output.close()
        self._exit_codes.pop(pid, None)  # of another that had this number before
        return child

    def _become_candidate(
        self, child: _Child, connection: socket.socket, output: socket.socket, rehearses: bool
    ) -> NoReturn:
        try:
            for spare in (child, *self._spares):
                spare.close()
            self._control.close()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            redirect_output(output.detach())
            confine(child.uid)
            if self._landlock is not None:
                self._landlock.restrict()
            if rehearses:
                candidate.rehearse()
            terms = msgspec.json.decode(connection.recv(_TERMS_BYTES, socket.MSG_WAITALL), type=Request)
            limit_resources(terms.limits, terms.device, is_isolated=self._is_isolated)
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
            _signal(pid, signal.SIGKILL)
        self._clear()  # what it started must not slow down the next candidate, nor what it holds be missing
        return exit_code

    def _park(self, pid: int) -> None:
        """Kills a candidate that is done with and does not wait, since its end takes milliseconds.

        One that holds much of what the container has for all, or has left anything from which a later candidate could
        learn this one's inputs, is ended with all that it left.
        """
        self._reap()
        if pid in self._exit_codes:  # its number may be another's by now
            return
        # Asked before the kill: what is being ended seems to hold nothing, and has not let go yet.
        is_burden = self._is_burden(pid)
        _signal(pid, signal.SIGKILL)  # a stop would not do: whoever is stopped can have itself continued
        self._parked.add(pid)
        if is_burden or self._has_left_anything(pid):
            self._clear()

    def _is_burden(self, pid: int) -> bool:
        """Whether it holds memory, its own or in files without a name, or threads that the next candidates may need."""
        if _private_bytes(pid) > _private_bytes(os.getpid()) + _PARKED_BYTES or _threads(pid) > _PARKED_THREADS:
            return True
        return self._is_isolated and shared_bytes() > self._shared_bytes + _PARKED_SHARED_BYTES

    def _has_left_anything(self, pid: int) -> bool:
        own = self._parked | {spare.pid for spare in self._spares}
        return leftovers.has_offspring(pid, own) or leftovers.has_left_files(None if self._is_isolated else self._home)

    def _reap(self) -> None:
        """Collects all children that have ended by now, orphans of candidates among them."""
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self._exit_codes[ended[0]] = os.waitstatus_to_exitcode(ended[1])

    def _sweep(self) -> str | None:
        problem = self._clear()
        self._spares = deque(spare for spare in self._spares if spare.pid not in self._exit_codes)
        self._exit_codes.clear()
        self._parked.clear()
        return problem

    def _clear(self) -> str | None:
        """Ends and removes all but the spares, and waits until it is gone; returns what is not."""
        self._wait_for_parked()
        deadline = time.monotonic() + _SWEEP_S
        while (problem := self._remove_leftovers()) and time.monotonic() < deadline:
            time.sleep(0.002)  # what was killed takes a moment to go
        return problem

    def _wait_for_parked(self) -> None:
        """Gives those that were killed the moment that they take to go; to clean up behind one takes a process."""
        deadline = time.monotonic() + _END_S
        while not self._parked <= self._exit_codes.keys() and time.monotonic() < deadline:
            time.sleep(0.001)
            self._reap()

    def _settle(self) -> None:
        """After the first submission nobody waits, and there may be more to come."""
        self._is_idle = True
        if not self._is_settled:
            self._is_settled = True
            collapse_heap()

    def _remove_leftovers(self) -> str | None:
        self._reap()
        if self._is_isolated:
            return leftovers.remove_isolated({spare.uid for spare in self._spares if spare.uid is not None})
        return leftovers.remove_plain(self._home, {spare.pid for spare in self._spares})


def _uids_in_own_order() -> Iterator[int]:
    """Two containers on one host should not count their processes on the same user, so each begins elsewhere."""
    uids = leftovers.CANDIDATE_UIDS
    start = secrets.choice(uids)
    return itertools.chain(range(start, uids.stop), range(uids.start, start))


def _signal(pid: int, number: int) -> None:
    for send in (os.killpg, os.kill):  # before its setsid a candidate has no group of its own yet
        with contextlib.suppress(ProcessLookupError):
            send(pid, number)


def _threads(pid: int) -> int:
    with contextlib.suppress(OSError):
        return len(os.listdir(f"/proc/{pid}/task"))  # noqa: PTH208 - `iterdir` would make a path of each
    return 0


def _private_bytes(pid: int) -> int:
    """Returns the resident memory that is no file's; what was inherited and not written counts as well."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return 0
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
