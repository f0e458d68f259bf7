"""`learn` as a real process: what it leaves behind when it is told to stop, and its screen on a real terminal."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.course.course import Course

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

_ROOT = Path(__file__).parents[2]
_LEARN = [sys.executable, "-m", "cli"]
_PATIENCE_S = 30.0
_HANGS = """
import pathlib, time
pathlib.Path({marker!r}).write_text("here")
time.sleep(60)
"""


def environment(toy: Course) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRADUS_")}
    return {**kept, "GRADUS_COURSE": str(toy.root), "PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", "TERM": "xterm"}


def descendants(pid: int) -> set[int]:
    found = set()
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            found |= {child} | descendants(child)
    return found


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def hanging_check(toy: Course, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """`learn check` of a file that hangs, and the file that it writes before."""
    marker = tmp_path / "reached"
    toy.exercise(toy.assignment("toy")).write_text(_HANGS.format(marker=str(marker)))
    process = subprocess.Popen(
        [*_LEARN, "check", "toy"], env=environment(toy), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        yield process, marker
        process.kill()


@pytest.mark.parametrize(("name", "is_running"), [("SIGINT", True), ("SIGTERM", False)], ids=["SIGINT", "SIGTERM"])
def test_interrupted_check_exits_130_and_leaves_no_process(
    hanging_check: tuple[subprocess.Popen[bytes], Path], name: str, is_running: bool
) -> None:
    process, marker = hanging_check
    wait_until(marker.exists if is_running else lambda: descendants(process.pid))
    time.sleep(0.2)  # while it is being started, not within the system call that starts it
    started = descendants(process.pid)
    assert started
    process.send_signal(getattr(signal, name))
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)  # an impatient second one must not cut the clean-up short
    _, stderr = process.communicate(timeout=_PATIENCE_S)
    assert process.returncode == 130
    assert b"Traceback" not in stderr
    wait_until(lambda: not any(map(is_alive, started)))  # of themselves they would run for longer


def test_watch_on_a_terminal_shows_result_hint_and_quits(toy: Course) -> None:
    pty = pytest.importorskip("pty")
    toy.exercise(toy.assignment("toy")).write_text("def double(x):\n    return x\n")
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*_LEARN, "watch", "toy"], env=environment(toy), stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    os.close(slave)
    with process:
        try:
            read_until(master, b"[q] quit")
            os.write(master, b"h")
            assert b"plus itself" in read_until(master, b"[q] quit")
            os.write(master, b"n")
            shown = read_until(master, b"[q] quit")
            assert b"Returns twice" in shown and b"[n] next task" in shown
            os.write(master, b"n")
            assert b"`add_`" in read_until(master, b"[q] quit")
            os.write(master, b"q")
            assert process.wait(_PATIENCE_S) == 0
        finally:
            process.kill()
            os.close(master)


def read_until(descriptor: int, wanted: bytes) -> bytes:
    data = b""
    while wanted not in data:
        assert select.select([descriptor], [], [], _PATIENCE_S)[0], f"only this came: {data!r}"
        data += os.read(descriptor, 65536)
    return data
