"""How long a candidate is waited for: a busy machine costs it nothing, and an endless loop no more than it must.

What counts is the time in which it computes or sleeps. For how long it stood ready while others had the processor,
Linux tells in `/proc/PID/schedstat` (the second number, nanoseconds; see "Scheduler Statistics" in the kernel's
documentation). Where that cannot be read, the clock on the wall is all there is.
"""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Callable

__all__ = ["Patience", "RunQueue"]

_WALL = 4.0  # whoever fills the machine to stand in line is not waited for without end
_LINE_BYTES = 96


class RunQueue:
    """Where a process waits for a processor."""

    def __init__(self, pid: int) -> None:
        self._file: int | None = None
        with contextlib.suppress(OSError):
            self._file = os.open(f"/proc/{pid}/schedstat", os.O_RDONLY)

    def waited_s(self) -> float:
        """Returns the seconds since the process began that its first thread was ready and did not run."""
        if self._file is not None:
            with contextlib.suppress(OSError, IndexError, ValueError):
                return int(os.pread(self._file, _LINE_BYTES, 0).split()[1]) / 1e9
        return 0.0

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class Patience:
    """The time that a candidate may take for a request, or for several.

    Args:
        limit_s: seconds that count; on the wall it may be four times as many.
        deadline: of `time.monotonic`; nothing is waited for beyond it.
        reconsider: returns the limit that holds; asked when a first one, which is a guess, is used up.

    Attributes:
        spent_s: seconds on the wall that were waited for all requests that are over.
    """

    def __init__(
        self, limit_s: float, *, deadline: float = math.inf, reconsider: Callable[[], float] | None = None
    ) -> None:
        self._limit_s = limit_s
        self._deadline = deadline
        self._reconsider = reconsider
        self._queue: RunQueue | None = None
        self._queued_before_s = 0.0
        self._began = 0.0
        self.spent_s = 0.0

    def begin(self, queue: RunQueue) -> None:
        """Waits for a process from now on."""
        if self._queue is not queue:
            self._queue, self._queued_before_s = queue, queue.waited_s()
        self._began = time.monotonic()

    def end(self) -> None:
        self.spent_s += time.monotonic() - self._began

    def left_s(self) -> float:
        """Returns for how many seconds from now it can be waited before this is to be asked again; 0 means no more."""
        now = time.monotonic()
        wall_s = self.spent_s + now - self._began
        left_s = self._limit_s - wall_s
        if left_s <= 0:  # only now it matters what counts
            left_s = min(left_s + self._queued_s(), _WALL * self._limit_s - wall_s)
        if left_s <= 0 and self._reconsider is not None:
            self._limit_s, self._reconsider = self._reconsider(), None
            return self.left_s()
        return max(0.0, min(left_s, self._deadline - now))

    def _queued_s(self) -> float:
        return 0.0 if self._queue is None else self._queue.waited_s() - self._queued_before_s
