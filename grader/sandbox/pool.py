"""Warm sandboxes: used again while they are clean, replaced when they are not, with spares ready if wanted."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from grader.errors import SandboxDiedError, SandboxError, SandboxMemoryError
from grader.models import Answer, Job
from grader.sandbox.apart import judge_apart
from grader.sandbox.gate import Gate
from grader.sandbox.protocol import Sandbox

__all__ = ["Pool"]


class Pool:
    """Judges submissions in sandboxes of one kind; several threads may do so at once.

    Args:
        make: returns a sandbox that was not started yet.
        spares: how many started sandboxes to keep ready beside those in use.
        gate: of the other pools on this machine that judge at the same time.
    """

    def __init__(self, make: Callable[[], Sandbox], spares: int = 0, gate: Gate | None = None) -> None:
        self._make = make
        self._gate = gate or Gate()
        self._idle: deque[Sandbox] = deque()
        self._spares: deque[Future[Sandbox]] = deque()
        self._all: set[Sandbox] = set()
        self._lock = threading.Lock()
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spare") if spares else None
        self._is_closed = False
        for _ in range(spares):
            self._order_spare()

    def grade(self, job: Job) -> Answer:
        """Judges one submission; a sandbox that dies under it is replaced and the submission tried once more.

        One that leaves a sandbox without memory is tried once more alone, where no neighbour can be the reason. If that
        does not help, no answer is to be had on the whole of it, and its tasks are judged apart.

        Raises:
            SandboxError: if no sandbox could be brought up, or the second one died as well.
        """
        try:
            with self._gate.together():
                return self._grade_twice(job)
        except SandboxMemoryError:
            with self._gate.alone():
                return self._grade_alone(job)

    def _grade_twice(self, job: Job) -> Answer:
        try:
            return self._grade_in(self._take(), job)
        except SandboxMemoryError:
            raise
        except SandboxDiedError:
            return self._grade_in(self._take(), job)

    def _grade_alone(self, job: Job) -> Answer:
        try:
            return self._grade_in(self._start(), job)
        except SandboxMemoryError:
            return judge_apart(job, lambda part: self._grade_in(self._start(), part))

    def _grade_in(self, sandbox: Sandbox, job: Job) -> Answer:
        try:
            answer = sandbox.grade(job)
        except BaseException:
            self._throw_away(sandbox)
            raise
        self._give_back(sandbox, answer)
        return answer

    def warm(self) -> None:
        """Brings up one sandbox now, so that the next submission finds it ready."""
        sandbox = self._take()
        with self._lock:
            self._idle.append(sandbox)

    def close(self) -> None:
        """Ends every sandbox, those being started included."""
        with self._lock:
            self._is_closed = True
        if self._starter is not None:
            self._starter.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            sandboxes = list(self._all)
            self._all.clear()
            self._idle.clear()
        for sandbox in sandboxes:
            sandbox.close()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self) -> Sandbox:
        """Returns a sandbox that is clean: an idle one, a spare, or else a new one."""
        while True:
            with self._lock:
                self._refuse_if_closed()
                sandbox = self._idle.popleft() if self._idle else None
            if sandbox is None:
                return self._take_spare() or self._start()
            if sandbox.settle():
                return sandbox
            self._throw_away(sandbox)

    def _refuse_if_closed(self) -> None:
        if self._is_closed:
            raise SandboxError("The sandboxes were closed; nothing more is graded.")

    def _take_spare(self) -> Sandbox | None:
        with self._lock:
            spare = self._spares.popleft() if self._spares else None
        if spare is None:
            return None
        self._order_spare()
        return spare.result()

    def _order_spare(self) -> None:
        if self._starter is not None and not self._is_closed:
            spare = self._starter.submit(self._start)
            with self._lock:
                self._spares.append(spare)

    def _start(self) -> Sandbox:
        sandbox = self._make()
        with self._lock:
            self._refuse_if_closed()
            self._all.add(sandbox)
        try:
            sandbox.start()
        except BaseException:
            self._throw_away(sandbox)
            raise
        return sandbox

    def _give_back(self, sandbox: Sandbox, answer: Answer) -> None:
        if answer.problem is not None:  # what failed on our side may be in any state
            self._throw_away(sandbox)
            return
        with self._lock:
            self._idle.append(sandbox)

    def _throw_away(self, sandbox: Sandbox) -> None:
        with contextlib.suppress(Exception):  # it is being thrown away because it is broken
            sandbox.close()
        with self._lock:
            self._all.discard(sandbox)
