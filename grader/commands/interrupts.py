"""Ends a command in order when it is told to stop, so that no sandbox outlives it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

__all__ = ["orderly_interrupts"]

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def orderly_interrupts() -> Iterator[None]:
    """Turns the first SIGINT, SIGTERM or SIGHUP into a KeyboardInterrupt and ignores later ones.

    The `with` blocks on the way out close what they opened; an impatient second Ctrl-C cannot interrupt that. A
    signal that this process was started to ignore (`nohup`, a shell's background job) stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    handled = [number for number in numbers if before[number] is not signal.SIG_IGN]

    def ignore(_: int, __: FrameType | None) -> None:
        """Not SIG_IGN: of a second signal that is pending already, Python would print a traceback."""

    def interrupt(_: int, __: FrameType | None) -> NoReturn:
        for number in handled:
            signal.signal(number, ignore)
        raise KeyboardInterrupt

    try:
        for number in handled:
            signal.signal(number, interrupt)
        yield
    finally:
        for number in handled:
            signal.signal(number, before[number] if before[number] is not None else signal.SIG_DFL)
