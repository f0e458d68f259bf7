"""A class is graded right whatever is killed on the way: the command, a container, a worker in it.

GRADUS_ENDURANCE=1 grades 60 students with all assignments and kills ten times each; without it, a small class is
graded and each is killed twice.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sampled import ROOT, check, command, make_sample

_IS_FULL = bool(os.environ.get("GRADUS_ENDURANCE"))
_STUDENTS, _KILLS = (60, 10) if _IS_FULL else (6, 2)
_ASSIGNMENTS = () if _IS_FULL else ("broadcasting", "optimizers")
_LABEL = "org.gradus.sandbox"
_TRUSTED_UID = 0

pytestmark = [pytest.mark.slow, pytest.mark.docker]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sample(tmp_path_factory.mktemp("sample") / "class", _STUDENTS, *_ASSIGNMENTS)


def _start(sample: Path, out: Path) -> subprocess.Popen[str]:
    grading = command("grade", str(sample), "--out", str(out), "--jobs", "2")
    return subprocess.Popen(grading, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _finish(sample: Path, out: Path) -> str:
    running = _start(sample, out)
    printed, _ = running.communicate(timeout=1800)
    assert running.returncode == 0, printed
    return printed


def _docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False).stdout


def _containers() -> list[str]:
    return _docker("ps", "-q", "--filter", f"label={_LABEL}").split()


def _workers() -> list[int]:
    """The trusted processes in the containers but their first ones: supervisors, nurseries, templates, examiners.

    Candidates that are just being forked, and not their own users yet, are among them; soon they are a student's.
    """
    found = []
    for container in _containers():
        rows = [line.split() for line in _docker("top", container, "-eo", "pid,uid").splitlines()[1:]]
        found += [int(pid) for pid, uid in rows[1:] if int(uid) == _TRUSTED_UID]
    return found


def _kill_a_container(chance: random.Random) -> bool:
    containers = _containers()
    if containers:
        _docker("kill", "--signal", "KILL", chance.choice(containers))
    return bool(containers)


def _kill_a_worker(chance: random.Random) -> bool:
    workers = _workers()
    if not workers:
        return False
    try:
        return _kill_while_trusted(chance.choice(workers))
    except (ProcessLookupError, FileNotFoundError):
        return False


def _kill_while_trusted(pid: int) -> bool:
    """Kills a process that cannot become a candidate meanwhile, whose death would be the student's own doing."""
    os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + 5.0
    while _status(pid)["State"][0] not in "TZX" and time.monotonic() < deadline:
        time.sleep(0.001)
    is_trusted = int(_status(pid)["Uid"].split()[0]) == _TRUSTED_UID
    os.kill(pid, signal.SIGKILL if is_trusted else signal.SIGCONT)
    return is_trusted


def _status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


@pytest.fixture
def out(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "out"


def test_class_is_graded_with_every_score_as_it_must_be(sample: Path, out: Path) -> None:
    _finish(sample, out)
    check(sample, out)


def test_command_that_is_killed_goes_on_where_it_stopped(sample: Path, out: Path) -> None:
    chance, killed = random.Random(1), 0
    while killed < _KILLS:
        running = _start(sample, out)
        try:
            running.wait(chance.uniform(1.0, 12.0))
        except subprocess.TimeoutExpired:
            running.kill()
            killed += 1
        assert running.wait() in (0, -signal.SIGKILL)
        if running.returncode == 0:  # it was done before; what follows has nothing to grade but must do no harm
            killed += 1
        if running.stdout is not None:
            running.stdout.close()
    _finish(sample, out)
    check(sample, out)


@pytest.mark.parametrize("kill", [_kill_a_container, _kill_a_worker], ids=["container", "worker"])
def test_what_is_killed_below_the_command_costs_nobody_a_point(sample: Path, out: Path, kill: object) -> None:
    chance, killed = random.Random(2), 0
    running = _start(sample, out)
    while running.poll() is None:
        time.sleep(chance.uniform(0.5, 3.0))
        if killed < _KILLS:
            killed += bool(kill(chance))  # type: ignore[operator]
    running.communicate()
    assert killed, "nothing was there to be killed"
    assert running.returncode in (0, 3)
    _finish(sample, out)
    check(sample, out)


def test_two_commands_at_once_judge_nothing_twice(sample: Path, out: Path) -> None:
    both = [_start(sample, out) for _ in range(2)]
    for running in both:
        printed, _ = running.communicate(timeout=1800)
        assert running.returncode == 0, printed
    check(sample, out)
    assert "0 judged now" in _finish(sample, out)


def test_no_container_outlives_itscommand() -> None:
    deadline = time.monotonic() + 20.0
    while _containers() and time.monotonic() < deadline:
        time.sleep(0.5)
    assert _containers() == []
