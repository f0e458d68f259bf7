"""A limit of time on code that runs in this process: mutants, which are the course's own and may yet never end."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any, NoReturn

__all__ = ["TimeBox", "can_limit_time", "time_box"]

_AGAIN_S = 0.05
_COURSE_CODE = ("<mutant>", "<reference>", "<probe>")  # the names that its code is compiled under


class _OutOfTimeError(BaseException):
    pass


class TimeBox:
    """How much time of the processor something may take, from now on: on a busy machine as much as on an idle one.

    Attributes:
        has_rung: whether the alarm went off; it may do so a moment before the clock says so.
    """

    def __init__(self, budget_s: float) -> None:
        self._deadline = time.process_time() + budget_s
        self.has_rung = False

    @property
    def is_over(self) -> bool:
        return self.has_rung or time.process_time() >= self._deadline

    def check(self) -> None:
        """Ends what the box holds if its time is up. For between two calls of code that may catch what is raised."""
        if self.is_over:
            raise _OutOfTimeError


def can_limit_time() -> bool:
    """Whether this system can interrupt what runs."""
    return hasattr(signal, "setitimer")


@contextlib.contextmanager
def time_box(budget_s: float) -> Iterator[TimeBox]:
    """Gives up on what is done inside when its time is up, and goes on behind it.

    Code may catch what is raised, and so it is raised again and again: in every line of the course's code that runs
    by then, handlers included, which no loop outlives; and later in whatever else runs. One call of torch's is not
    interrupted. Where nothing can be, as on Windows, there is no limit.
    """
    box = TimeBox(budget_s)
    if not can_limit_time():
        with contextlib.suppress(_OutOfTimeError):
            yield box
        return

    def stop(_: int, frame: FrameType | None) -> NoReturn:
        box.has_rung = True
        _raise_in_every_line(frame)
        raise _OutOfTimeError

    tracing, before = sys.gettrace(), signal.signal(signal.SIGPROF, stop)
    try:
        signal.setitimer(signal.ITIMER_PROF, budget_s, _AGAIN_S)
        with contextlib.suppress(_OutOfTimeError):
            yield box
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        sys.settrace(tracing)
        signal.signal(signal.SIGPROF, before)


def _raise_in_every_line(frame: FrameType | None) -> None:
    """Makes the course's code that is running, and that it calls from now on, raise in the next line of each."""

    def raise_in(running: FrameType, event: str, _: Any) -> Any:
        if running.f_code.co_filename not in _COURSE_CODE:
            return None
        if event == "line":
            raise _OutOfTimeError
        return raise_in

    sys.settrace(raise_in)
    while frame is not None:
        if frame.f_code.co_filename in _COURSE_CODE:
            frame.f_trace = raise_in
        frame = frame.f_back
