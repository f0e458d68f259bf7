"""Programs that a benchmark runs, and why something could not be measured."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.samples import timed

__all__ = ["ROOT", "NotMeasuredError", "exit_code", "run", "seconds_of"]

ROOT = Path(__file__).parents[1]
_KEPT_CHARS = 600


class NotMeasuredError(Exception):
    """Something that a measurement needs is not there, or did not work. Its text is a sentence for whoever measures."""


def run(command: Sequence[str | Path], *, variables: Mapping[str, str] | None = None, folder: Path = ROOT) -> str:
    """Runs a program and returns what it printed.

    Args:
        variables: of its environment, beside those of this process.

    Raises:
        NotMeasuredError: if it cannot be started or fails; its last words are quoted.
    """
    return _done(command, (0,), variables, folder).stdout


def seconds_of(
    command: Sequence[str | Path], *, variables: Mapping[str, str] | None = None, folder: Path = ROOT
) -> float:
    """Returns how long a program ran. Arguments and errors as in `run`."""
    return timed(lambda: run(command, variables=variables, folder=folder))


def exit_code(
    command: Sequence[str | Path], expected: tuple[int, ...], *, variables: Mapping[str, str] | None = None
) -> int:
    """Runs a program of which several exit codes are an answer. Arguments and errors as in `run`."""
    return _done(command, expected, variables, ROOT).returncode


def _done(
    command: Sequence[str | Path], expected: tuple[int, ...], variables: Mapping[str, str] | None, folder: Path
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **(variables or {})}
    try:
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
    except OSError as error:
        raise NotMeasuredError(f"`{command[0]}` could not be started: {error.strerror}.") from error
    if done.returncode not in expected:
        words = (done.stderr.strip() or done.stdout.strip())[-_KEPT_CHARS:]
        raise NotMeasuredError(f"`{Path(command[0]).name}` ended with code {done.returncode}: {words}")
    return done
