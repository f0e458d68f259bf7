"""What a freshly forked candidate does to itself before it sees a student's file: identity, limits, surroundings."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
import tempfile
from pathlib import Path

from grader.models import Limits
from grader.runtime.untrusted.printing import cap_prints, print_to

__all__ = [
    "become_subreaper",
    "confine",
    "die_with_parent",
    "drop_to",
    "gain_no_privileges",
    "limit_resources",
    "redirect_output",
    "surround",
]

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_NICENESS = 5
_OPEN_FILES = 256
_KEPT_VARIABLES = ("CUBLAS_", "CUDA_", "LD_LIBRARY_PATH", "NVIDIA_", "OMP_", "OPENBLAS_")  # what torch's libraries read


def surround(home: str) -> None:
    """Sets what all candidates inherit: an environment with next to nothing in it, and a folder to write to."""
    os.chdir(home)
    kept = {name: value for name, value in os.environ.items() if name.startswith(_KEPT_VARIABLES)}
    os.environ.clear()
    os.environ.update({**kept, "HOME": home, "TMPDIR": home, "PATH": "/usr/bin:/bin"})
    tempfile.tempdir = home


def confine(uid: int | None) -> None:
    """Gives this process its own session, a low priority and a user id.

    Args:
        uid: the user and group id to become for good; None keeps the current one (no isolation, own code only).
    """
    os.setsid()
    os.nice(_NICENESS)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # the kernel's victim is the candidate, not the examiner
    if uid is not None:
        drop_to(uid)
    die_with_parent()  # after the change of user, which clears it


def drop_to(uid: int) -> None:
    """Becomes an ordinary user for good: no supplementary groups, no way back, no capabilities."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def redirect_output(write_fd: int) -> None:
    """Points stdin at nothing, stdout and stderr at the captured pipe, and rebuilds Python's streams on them."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(write_fd, 1)
    os.dup2(write_fd, 2)
    for fd in (nothing, write_fd):
        os.close(fd)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115, PTH123 - it lives as long as the process
    print_to(1, 2)


def become_subreaper() -> None:
    """Makes orphans of candidates this process's children, so that none can slip away by a double fork (Linux)."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """Asks the kernel to kill this process when its parent ends (Linux)."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def gain_no_privileges() -> None:
    """Makes sure that no program started from here on has more rights than this process, set-user-ID or not (Linux)."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _prctl(option: int, value: int) -> None:
    if _LIBC is not None:
        _LIBC.prctl(option, value, 0, 0, 0)


def limit_resources(limits: Limits, device: str, *, is_isolated: bool) -> None:
    """Limits this process for good.

    Args:
        limits: of the assignment.
        device: on `cuda` private memory is not limited, since CUDA reserves address space far beyond what it uses.
        is_isolated: limit the processes of this user too, which would be meaningless for an account with a desktop.
    """
    cap_prints(limits.output_mib)
    _set_limit(resource.RLIMIT_CORE, 0)
    _set_limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _set_limit(resource.RLIMIT_FSIZE, limits.tmpfs_mib * 2**20)
    _set_limit(resource.RLIMIT_CPU, int(limits.import_s + limits.total_s) + 1)
    if sys.platform == "linux":
        _set_limit(resource.RLIMIT_MSGQUEUE, 0)
        if device == "cpu":
            _set_limit(resource.RLIMIT_DATA, _data_bytes() + limits.memory_mib * 2**20)
    if is_isolated:
        _set_limit(resource.RLIMIT_NPROC, limits.pids)


def _set_limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def _data_bytes() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0
