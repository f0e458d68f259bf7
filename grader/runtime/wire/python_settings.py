"""What a setting is, and those of Python that hold for a whole process."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TextIO

import numpy as np

__all__ = ["AS_IT_IS", "Setting", "of_python"]

AS_IT_IS: Any = object()


class Setting(NamedTuple):
    """One setting. Its functions are bound when the modules are imported, so that no later change reaches them.

    Attributes:
        own: what it is in a fresh torch; of others, what is there already will do.
        name: what a student is told of it; empty where it cannot make an answer another one.
        harmless: values that do what `own` does.
    """

    get: Callable[[], Any]
    put: Callable[[Any], Any]
    own: Any = AS_IT_IS
    name: str = ""
    harmless: tuple[Any, ...] = ()


def _put_filters(filters: tuple[Any, ...]) -> None:
    warnings.resetwarnings()  # which also makes Python forget what it looked up
    warnings.filters[:] = filters  # type: ignore[index]


def _put_showwarning(function: Any) -> None:
    warnings.showwarning = function


def _put_recursion_limit(limit: int) -> None:
    """Gives back what a lower limit took; one that a recursive solution raised is its own, and harms nobody."""
    sys.setrecursionlimit(max(limit, sys.getrecursionlimit()))


def _cwd() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109 - on the path of every request
    except OSError:  # it was removed
        return None


def _put_cwd(path: str | None) -> None:
    if path is not None:
        with contextlib.suppress(OSError):
            os.chdir(path)


def _streams() -> tuple[Any, Any, bool]:
    """Returns Python's streams, and whether both can be written to."""
    out, err = sys.stdout, sys.stderr
    try:
        return out, err, not (out.closed or err.closed)
    except Exception:  # detached from its buffer, or no stream at all
        return out, err, False


def _put_streams(streams: tuple[Any, Any, bool]) -> None:
    sys.stdout, sys.stderr, were_open = streams
    if were_open and not _streams()[2]:  # of those that were closed, the end that they wrote to may be open yet
        sys.stdout, sys.stderr = _writer(1), _writer(2)


def _writer(number: int) -> TextIO:
    return open(number, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: PTH123


def _numpy_errors() -> Setting:
    """Returns what `np.seterr` sets: where numpy keeps it, since `np.geterr` takes longer than all others together."""
    kept = getattr(getattr(getattr(np, "_core", None), "umath", None), "_extobj_contextvar", None)
    if kept is None:  # before numpy 2
        return Setting(np.geterr, lambda modes: np.seterr(**modes))
    return Setting(kept.get, kept.set)


def _is_alarm_set() -> bool:
    return signal.getitimer(signal.ITIMER_REAL)[0] > 0.0


def _put_alarm(is_set: bool) -> None:
    if not is_set:
        signal.setitimer(signal.ITIMER_REAL, 0.0)


def of_python() -> Iterator[Setting]:
    yield Setting(lambda: tuple(warnings.filters), _put_filters, ())
    yield Setting(lambda: warnings.showwarning, _put_showwarning)
    yield Setting(sys.getrecursionlimit, _put_recursion_limit)
    yield Setting(sys.gettrace, sys.settrace)
    yield Setting(sys.getprofile, sys.setprofile)
    yield Setting(gc.isenabled, lambda is_on: gc.enable() if is_on else gc.disable())
    yield Setting(socket.getdefaulttimeout, socket.setdefaulttimeout, None)
    yield Setting(_cwd, _put_cwd)
    yield _numpy_errors()
    yield Setting(_streams, _put_streams)
    if hasattr(signal, "setitimer"):
        yield Setting(_is_alarm_set, _put_alarm)
