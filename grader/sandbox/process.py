"""The `process` back end: the sandbox's programs as plain processes on this machine, for one's own code.

It is no security boundary: a submission runs as the user who starts it. What it shares with `docker` is everything
else: the same supervisor, limits and verdicts. Only where the machine itself is a container that is thrown away, such
as an autograder's, may it run as root and isolate candidates as `docker` does.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from grader.errors import EngineMissingError, SandboxDiedError
from grader.runtime.wire.frames import DescriptorStream, FrameError
from grader.sandbox.supervised import RUNTIME_ENVIRONMENT, Supervised

__all__ = ["ProcessSandbox", "can_fork"]

_ROOT = str(Path(__file__).parents[2])
_BOOT = f"import sys; sys.path.insert(0, {_ROOT!r}); from grader.runtime.processes.supervisor import main; main()"
_KEPT_STDERR_BYTES = 4_000
_END_S = 0.5


def can_fork() -> bool:
    """Whether this system forks safely; Windows cannot, and macOS's frameworks do not survive it."""
    return sys.platform == "linux"


class ProcessSandbox(Supervised):
    """A supervisor as a child of this process.

    Args:
        forks: fork candidates from a warm process; otherwise each is a fresh interpreter and a sandbox serves one
            submission.
        isolates: give every candidate a user id of its own. Needs root, and a machine without other users: whatever
            runs or lies in `/tmp` under such an id is removed.
    """

    image: str | None = None

    def __init__(self, *, forks: bool | None = None, isolates: bool = False) -> None:
        super().__init__()
        self._forks = can_fork() if forks is None else forks
        self._isolates = isolates
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] | None = None
        self._home: str | None = None

    @property
    def name(self) -> str:
        return "process"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the sandbox
        self._home = tempfile.mkdtemp(prefix="gradus-")
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own text
                [sys.executable, "-I", "-c", _BOOT, *self._arguments()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                env=_environment(None if self._isolates else self._home),
                start_new_session=True,  # Ctrl-C reaches the command line only, which then closes this
            )
        except OSError as error:
            raise EngineMissingError(f"`{sys.executable}` could not be started: {error.strerror}.") from error
        self._greet(DescriptorStream(_fileno(self._process.stdout), _fileno(self._process.stdin)))

    def close(self) -> None:
        process, self._process = self._process, None
        self.is_reusable = False
        if process is None:
            return
        for pipe in (self._stream, process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._stream = None
        _end(process)
        if self._stderr is not None:
            self._stderr.close()
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)

    def _arguments(self) -> list[str]:
        return ([] if self._forks else ["--fresh"]) + (["--isolate"] if self._isolates else [])

    def _death(self, error: FrameError) -> SandboxDiedError:
        tail = self._stderr_tail()
        if "ModuleNotFoundError" in tail:
            missing = tail.rsplit("No module named", 1)[-1].strip().strip("'")
            return SandboxDiedError(
                f"The sandbox needs the Python package `{missing}`, which `{sys.executable}` does not have. "
                "Run `learn doctor` to see what is missing."
            )
        return SandboxDiedError(f"The sandbox process ended: {error}.{' It printed: ' + tail if tail else ''}")

    def _stderr_tail(self) -> str:
        stderr, process = self._stderr, self._process
        if stderr is None:
            return ""
        with contextlib.suppress(subprocess.TimeoutExpired):
            if process is not None:
                process.wait(1.0)
        try:
            size = stderr.seek(0, os.SEEK_END)
            stderr.seek(max(0, size - _KEPT_STDERR_BYTES))
            return stderr.read().decode("utf-8", "replace").strip()
        except ValueError:  # another thread closed the sandbox in the middle, and knows why it ended
            return ""


def _fileno(pipe: IO[bytes] | None) -> int:
    """Returns a descriptor of its own, so that each of the pipe's two owners can close it."""
    if pipe is None:
        raise ValueError("the process was started without pipes")
    return os.dup(pipe.fileno())


def _environment(home: str | None) -> dict[str, str]:
    """Little of this process's environment, since what a student's code sees it may print, and a folder of its own.

    Isolated candidates have none: what they write lies in `/tmp`, where it is known by its owner.
    """
    kept = ("PATH", "HOME", "LANG", "SYSTEMROOT", "CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    blas = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}
    folder = {} if home is None else {"TMPDIR": home, "TEMP": home}
    return {**environment, **blas, **RUNTIME_ENVIRONMENT, **folder}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Gives a supervisor whose stdin was closed a moment to bury its candidates, then kills its whole session."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_END_S)
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
