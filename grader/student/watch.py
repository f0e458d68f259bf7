"""Notices saves of a file and key presses; `learn watch` turns both into checks and answers.

Polling, not inotify: it works on every file system, network mounts and WSL included, and 100 `stat` calls a second
cost nothing.
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Protocol

from grader.errors import EngineFailedError, UserError
from grader.models import Report
from grader.sandbox.pool import Pool
from grader.student.at_hand import AtHand, Code, codes_of
from grader.student.attempt import Attempt, Checked, grade_attempt
from grader.student.progress import AssignmentProgress, load_progress
from grader.submission.intake import read_submission

__all__ = ["Command", "Keys", "NoKeys", "SaveDetector", "Screen", "commands", "open_keys", "watch"]

_POLL_S = 0.01
_EMPTY_FILE_POLLS = 30  # an editor that saves in two steps leaves the file empty for a moment
_KEY_CHUNK_BYTES = 64
_ESCAPE = "\x1b"


class Command(StrEnum):
    CHECK = "check"
    HINT = "hint"
    NEXT = "next"
    QUIT = "quit"


_COMMANDS = {"\r": Command.CHECK, "\n": Command.CHECK, "h": Command.HINT, "n": Command.NEXT, "q": Command.QUIT}


class Keys(Protocol):
    """Where key presses come from."""

    def read(self, timeout_s: float) -> str:
        """Waits for keys at most so long; returns what was pressed, perhaps nothing."""
        ...


class Screen(Protocol):
    """Where results go."""

    def show_checked(self, checked: Checked, here: AtHand) -> None: ...

    def show_hint(self, here: AtHand) -> None: ...

    def show_task(self, here: AtHand) -> None: ...

    def show_problem(self, message: str) -> None: ...


@dataclass(frozen=True)
class _Stamp:
    """What tells one state of a file from another; editors that replace a file change the inode only."""

    mtime_ns: int
    size: int
    inode: int


class SaveDetector:
    """Tells when a file was saved: it changed, and has stood still since the poll before.

    Args:
        path: of the file; it may be missing for a moment while an editor replaces it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = self._seen = self._stamp()
        self._quiet_polls = 0

    def poll(self) -> bool:
        """Returns whether a save was finished since the last time this was true."""
        stamp = self._stamp()
        self._quiet_polls = self._quiet_polls + 1 if stamp == self._seen else 0
        self._seen = stamp
        if stamp is None or stamp == self._known:
            return False
        if self._quiet_polls < (_EMPTY_FILE_POLLS if stamp.size == 0 else 1):
            return False
        self._known = stamp
        return True

    def _stamp(self) -> _Stamp | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return _Stamp(status.st_mtime_ns, status.st_size, status.st_ino)


class NoKeys:
    """Stands for a keyboard that is not there: input from a pipe, a service, a test."""

    def read(self, timeout_s: float) -> str:
        time.sleep(timeout_s)
        return ""


@contextmanager
def open_keys(stream: IO[str]) -> Iterator[Keys]:
    """Reads single keys from a terminal, whose settings are put back whatever happens; else there are no keys."""
    if not stream.isatty():
        yield NoKeys()
    elif sys.platform == "win32":
        yield _WindowsKeys()
    else:
        import termios
        import tty

        descriptor = stream.fileno()
        before = termios.tcgetattr(descriptor)
        try:
            tty.setcbreak(descriptor)  # not raw: Ctrl-C and Ctrl-Z keep their meaning
            yield _TerminalKeys(descriptor)
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


class _TerminalKeys:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._is_open = True

    def read(self, timeout_s: float) -> str:
        if not self._is_open:
            return NoKeys().read(timeout_s)
        if not select.select([self._descriptor], [], [], timeout_s)[0]:
            return ""
        try:
            data = os.read(self._descriptor, _KEY_CHUNK_BYTES)
        except OSError:  # the terminal was hung up
            data = b""
        self._is_open = bool(data)
        text = data.decode("utf-8", "replace")
        return "" if text.startswith(_ESCAPE) else text  # an arrow key is no `A`


class _WindowsKeys:
    def read(self, timeout_s: float) -> str:
        import msvcrt

        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]  # exists on Windows only
                return str(msvcrt.getwch())  # type: ignore[attr-defined,unused-ignore]
            time.sleep(0.01)
        return ""


def commands(path: Path, keys: Keys) -> Iterator[Command]:
    """Yields a check at once, one for each save, and what the keys ask for; ends with `q`."""
    detector = SaveDetector(path)
    yield Command.CHECK
    while True:
        for key in keys.read(_POLL_S):
            command = _COMMANDS.get(key.lower())
            if command is Command.QUIT:
                return
            if command is not None:
                yield command
        if detector.poll():
            yield Command.CHECK


def watch(attempt: Attempt, pool: Pool, screen: Screen, keys: Keys) -> None:
    """Checks at once, after each save and on Enter, until `q` is pressed.

    Args:
        attempt: what to check.
        pool: kept warm between checks; closed by the caller.
        screen: gets each result.
        keys: the keyboard, or `NoKeys`.
    """
    here = _start(attempt)
    for command in commands(attempt.path, keys):
        try:
            if command is Command.CHECK:
                checked = grade_attempt(attempt, pool)
                here = here.checked(_open_tasks(checked.report), _codes(attempt))
                screen.show_checked(checked, here)
            elif command is Command.HINT:
                screen.show_hint(here)
            else:
                here = here.asked_for()
                screen.show_task(here)
        except UserError as error:  # the file is gone for a moment, or its task has no hints: neither ends the watch
            screen.show_problem(str(error))


def _start(attempt: Attempt) -> AtHand:
    """Begins at the first task without full marks so far, for as long as no check says more."""
    names = tuple(task.name for task in attempt.tasks)
    try:
        known = load_progress(attempt.course).assignment(attempt.assignment.slug)
    except UserError:  # every check tells what is wrong with it
        known = AssignmentProgress()
    bests = {name: known.task(name).best for name in names}
    unsolved = frozenset(name for name, best in bests.items() if best is None or not best.is_full)
    is_open = unsolved or frozenset(names)
    return AtHand(tasks=names, open=is_open, task=next(name for name in names if name in is_open))


def _open_tasks(report: Report) -> frozenset[str] | None:
    if not report.graded:
        return None
    return frozenset(task.task for task in report.tasks if task.score < task.max_score)


def _codes(attempt: Attempt) -> dict[str, Code] | None:
    """Returns what the tasks consist of; None where the check has just told why the file does not read."""
    try:
        source = read_submission(attempt.path, attempt.assignment).source
    except (UserError, EngineFailedError):
        return None
    return codes_of(source, [task.name for task in attempt.tasks])
