"""What candidates leave behind is found and deleted, however it resists."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.runtime.processes import leftovers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


def _deep(top: Path, levels: int) -> None:
    here = Path.cwd()
    try:
        os.chdir(top)
        for _ in range(levels):
            Path("d").mkdir()
            os.chdir("d")
        Path("file").write_text("x")
    finally:
        os.chdir(here)


def test_tree_far_deeper_than_a_path_is_long_is_deleted(tmp_path: Path) -> None:
    _deep(tmp_path, 5_000)
    leftovers._delete(tmp_path / "d")
    assert list(tmp_path.iterdir()) == []


def test_locked_folders_links_and_odd_names_are_deleted_and_nothing_beyond_them(tmp_path: Path) -> None:
    kept, own = tmp_path / "kept", tmp_path / "own"
    kept.mkdir()
    (kept / "file").write_text("x")
    for name in "abc":
        inner = own / name / "\udcff\n"
        inner.mkdir(parents=True)
        (inner / "file").write_text("x")
        (own / f"{name}-link").symlink_to(kept)
        (own / name).chmod(0)
    leftovers._delete(own)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (kept / "file").exists()


def test_process_whose_first_thread_has_ended_still_runs() -> None:
    """The kernel calls it a zombie."""
    pid = os.fork()
    if pid == 0:
        threading.Thread(target=time.sleep, args=(600,)).start()
        ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)  # ends this thread alone
    deadline = time.monotonic() + 5.0
    try:
        while not leftovers._status_fields(pid)["State"].startswith("Z") and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not leftovers._has_ended(leftovers._status_fields(pid))
    finally:
        os.kill(pid, signal.SIGKILL)
    while not leftovers._has_ended(leftovers._status_fields(pid)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert leftovers._has_ended(leftovers._status_fields(pid))
    os.waitpid(pid, 0)


@contextmanager
def _child_of_another_thread() -> Iterator[int]:
    forked: list[int] = []
    may_end = threading.Event()

    def fork_and_stay() -> None:
        pid = os.fork()
        if pid == 0:
            signal.pause()
        forked.append(pid)
        may_end.wait()

    thread = threading.Thread(target=fork_and_stay)
    thread.start()
    try:
        while not forked:
            time.sleep(0.001)
        yield forked[0]
    finally:
        may_end.set()
        thread.join()
        os.kill(forked[0], signal.SIGKILL)
        os.waitpid(forked[0], 0)


def test_child_of_any_thread_is_found() -> None:
    with _child_of_another_thread() as pid:
        assert pid in leftovers._children(os.getpid())


def test_child_is_found_where_the_kernel_keeps_no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    with _child_of_another_thread() as pid:
        monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
        assert pid in leftovers._children(os.getpid())
