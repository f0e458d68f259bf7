"""The walls around an isolated candidate, tried in a process of their own: they cannot be taken down again."""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.runtime.untrusted.landlock import Landlock
from grader.runtime.untrusted.limits import gain_no_privileges
from grader.runtime.untrusted.seccomp import refuse_calls

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")

_SYSTEM_V = {"shmget": (0, 4096, 0o1600), "msgget": (0, 0o1600), "semget": (0, 1, 0o1600)}


def _in_a_child(act: Callable[[], int]) -> int:
    """Returns what the function returned, from 0 to 255, in a forked process."""
    pid = os.fork()
    if pid == 0:
        code = 255
        try:
            code = act()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _error_of_write(path: Path, folders: tuple[str, ...]) -> int:
    def act() -> int:
        walls = Landlock(folders)
        gain_no_privileges()
        walls.restrict()
        try:
            path.write_text("500")
        except OSError as error:
            return error.errno or 255
        return 0

    return _in_a_child(act)


@pytest.mark.parametrize("path", ["/proc/self/oom_score_adj", "/proc/self/comm", "/proc/self/timerslack_ns"])
def test_files_of_the_process_itself_cannot_be_written(path: str, tmp_path: Path) -> None:
    assert _error_of_write(Path(path), (str(tmp_path),)) == errno.EACCES


def test_folders_that_are_named_can_be_written_and_no_others(tmp_path: Path) -> None:
    mine, others = tmp_path / "mine", tmp_path / "others"
    mine.mkdir()
    others.mkdir()
    assert _error_of_write(mine / "file", (str(mine),)) == 0
    assert _error_of_write(others / "file", (str(mine),)) == errno.EACCES
    assert not (others / "file").exists()


def test_devices_can_be_written_but_none_is_made(tmp_path: Path) -> None:
    assert _error_of_write(Path("/dev/null"), (str(tmp_path),)) == 0
    assert _error_of_write(Path("/dev/something"), (str(tmp_path),)) == errno.EACCES


def test_folder_that_is_not_there_harms_nobody(tmp_path: Path) -> None:
    assert _error_of_write(tmp_path / "file", (str(tmp_path / "lost"), str(tmp_path))) == 0


@pytest.mark.parametrize("name", _SYSTEM_V)
def test_no_system_v_object_can_be_made(name: str) -> None:
    def act() -> int:
        gain_no_privileges()
        refuse_calls()
        libc = ctypes.CDLL(None, use_errno=True)
        return ctypes.get_errno() if getattr(libc, name)(*_SYSTEM_V[name]) < 0 else 0

    assert _in_a_child(act) == errno.EPERM


def test_other_calls_go_on() -> None:
    def act() -> int:
        gain_no_privileges()
        refuse_calls()
        return os.waitstatus_to_exitcode(os.system("true")) + (0 if Path("/etc/passwd").read_text() else 1)

    assert _in_a_child(act) == 0


@pytest.mark.parametrize(("family", "error"), [("AF_INET", errno.EPERM), ("AF_INET6", errno.EPERM), ("AF_UNIX", 0)])
def test_only_sockets_of_this_machine_can_be_made(family: str, error: int) -> None:
    def act() -> int:
        gain_no_privileges()
        refuse_calls()
        try:
            socket.socket(getattr(socket, family)).close()
        except OSError as caught:
            return caught.errno or 255
        return 0

    assert _in_a_child(act) == error


def test_no_ring_of_calls_can_be_made() -> None:
    def act() -> int:
        gain_no_privileges()
        refuse_calls()
        libc = ctypes.CDLL(None, use_errno=True)
        return ctypes.get_errno() if libc.syscall(425, 1, None) < 0 else 0

    assert _in_a_child(act) == errno.EPERM
