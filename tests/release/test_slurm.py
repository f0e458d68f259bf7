"""The batch script for Slurm: what it refuses, what it runs, and what it does when it is told that time is up.

`learn` and `scontrol` are stand-ins here; a real Slurm runs the script in `tests/release/test_slurm_cluster.py`.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.release.schedulers import slurm

_PATIENCE_S = 30.0
_LEARN = """#!/bin/bash
printf '%s\\n' "$GRADUS_STORE" "$@" > {folder}/told
"""
_LEARN_UNTIL_TERM = """#!/bin/bash
trap 'echo TERM >> {folder}/signals; exit 130' TERM
echo > {folder}/told
for _ in {{1..2000}}; do sleep 0.02; done
"""
_LEARN_DONE_AT_TERM = _LEARN_UNTIL_TERM.replace("exit 130", "exit 0")
_SCONTROL = """#!/bin/bash
printf '%s\\n' "$@" > {folder}/scontrol
"""

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(toy: Course, tmp_path: Path) -> Iterator[Start]:
    """Starts the script with such a `learn`, in an environment of nothing else but what is given."""
    script = tmp_path / "gradus-slurm.sh"
    script.write_bytes(slurm(toy))
    (tmp_path / "bin").mkdir()
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str, learn: str = _LEARN, **environment: str) -> subprocess.Popen[str]:
        for name, text in (("learn", learn), ("scontrol", _SCONTROL)):
            if text:
                (tmp_path / "bin" / name).write_text(text.format(folder=tmp_path))
                (tmp_path / "bin" / name).chmod(0o755)
        running = subprocess.Popen(
            ["/bin/bash", str(script), *arguments],
            env={"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "HOME": str(tmp_path), **environment},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(running)
        return running

    yield run
    for running in started:  # and what is left of them, if a test went wrong
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()


def _end(running: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = running.communicate(timeout=_PATIENCE_S)
    return running.returncode, said


def _settings(home: Path, text: str, mode: int = 0o600) -> Path:
    path = home / ".config" / "gradus" / "slurm.sh"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} never came"
        time.sleep(0.02)


# What it refuses.


def test_script_without_a_store_says_so_and_ends_as_usage(start: Start, tmp_path: Path) -> None:
    code, said = _end(start())

    assert code == 2
    assert "There is no store: set GRADUS_STORE" in said
    assert not (tmp_path / "told").exists()


def test_script_without_learn_says_so_and_ends_as_an_unready_machine(start: Start) -> None:
    code, said = _end(start(learn="", GRADUS_STORE="postgresql:///x"))

    assert code == 3
    assert "no `learn` on the PATH" in said


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620], ids=["group_reads", "all_read", "group_writes"])
def test_settings_that_others_can_read_or_change_are_refused(start: Start, tmp_path: Path, mode: int) -> None:
    path = _settings(tmp_path, "GRADUS_STORE=postgresql:///secret", mode)
    code, said = _end(start())

    assert code == 2
    assert f"`chmod 600 {path}`" in said
    assert not (tmp_path / "told").exists()


def test_settings_that_are_named_and_missing_are_missed(start: Start, tmp_path: Path) -> None:
    code, said = _end(start(GRADUS_SETTINGS=f"{tmp_path}/none.sh", GRADUS_STORE="postgresql:///x"))

    assert code == 2
    assert f"`{tmp_path}/none.sh`, which GRADUS_SETTINGS names, is not there." in said


# What it runs.


def test_worker_is_told_the_store_jobs_and_the_options_of_whoever_submits(start: Start, tmp_path: Path) -> None:
    code, _ = _end(
        start("--sandbox", "process", "--assignment", "a b", GRADUS_STORE="postgresql:///x", SLURM_CPUS_PER_TASK="6")
    )

    assert code == 0
    told = (tmp_path / "told").read_text().splitlines()
    assert told[0] == "postgresql:///x"
    assert told[1:] == ["work", "--until-empty", "--jobs", "6", "--sandbox", "process", "--assignment", "a b"]


def test_store_may_come_from_settings_that_are_private(start: Start, tmp_path: Path) -> None:
    _settings(tmp_path, 'GRADUS_STORE="postgresql:///from-settings"')
    assert _end(start())[0] == 0

    assert (tmp_path / "told").read_text().splitlines()[0] == "postgresql:///from-settings"


def test_settings_may_be_elsewhere(start: Start, tmp_path: Path) -> None:
    path = _settings(tmp_path, "GRADUS_STORE=postgresql:///elsewhere").rename(tmp_path / "mine.sh")
    assert _end(start(GRADUS_SETTINGS=str(path)))[0] == 0

    assert (tmp_path / "told").read_text().splitlines()[0] == "postgresql:///elsewhere"


def test_gpus_that_slurm_gave_are_the_workers(start: Start, tmp_path: Path) -> None:
    _end(start(GRADUS_STORE="postgresql:///x", SLURM_JOB_GPUS="2,3"))

    told = " ".join((tmp_path / "told").read_text().splitlines())
    assert told.endswith("--device cuda --gpus 2,3")


def test_jobs_are_as_many_as_the_cores_let_an_assignment_have(toy: Course, start: Start, tmp_path: Path) -> None:
    path = toy.folder("toy") / "assignment.toml"
    path.write_text(path.read_text().replace("[limits]", "[limits]\ncpus = 1.5\ntmpfs_mib = 5000"))
    (tmp_path / "gradus-slurm.sh").write_bytes(slurm(toy))
    _end(start(GRADUS_STORE="postgresql:///x", SLURM_CPUS_PER_TASK="8"))

    assert (tmp_path / "told").read_text().splitlines()[1:] == ["work", "--until-empty", "--jobs", "4"]
    asked = dict(re.findall(r"^#SBATCH --([\w-]+)=(\S+)", slurm(toy).decode(), re.MULTILINE))
    assert asked["cpus-per-task"] == "8"
    assert int(asked["mem-per-cpu"].rstrip("M")) * 2 >= 5000 + 1024


# How it ends.


def test_exit_code_is_the_workers(start: Start) -> None:
    assert _end(start(learn="#!/bin/bash\nexit 3\n", GRADUS_STORE="postgresql:///x"))[0] == 3


def test_worker_is_told_to_finish_when_the_script_is(start: Start, tmp_path: Path) -> None:
    running = start(learn=_LEARN_UNTIL_TERM, GRADUS_STORE="postgresql:///x")
    _wait_for(tmp_path / "told")
    running.send_signal(signal.SIGTERM)

    assert _end(running)[0] == 130
    assert (tmp_path / "signals").read_text() == "TERM\n"
    assert not (tmp_path / "scontrol").exists()


def test_when_time_is_nearly_up_the_worker_finishes_and_the_element_is_queued_again(
    start: Start, tmp_path: Path
) -> None:
    running = start(learn=_LEARN_UNTIL_TERM, GRADUS_STORE="postgresql:///x", SLURM_JOB_ID="17")
    _wait_for(tmp_path / "told")
    running.send_signal(signal.SIGUSR1)
    _, said = _end(running)

    assert (tmp_path / "signals").read_text() == "TERM\n"
    assert (tmp_path / "scontrol").read_text().split() == ["requeue", "17"]
    assert "starts again" in said


def test_worker_that_was_just_done_when_time_is_nearly_up_is_not_queued_again(start: Start, tmp_path: Path) -> None:
    running = start(learn=_LEARN_DONE_AT_TERM, GRADUS_STORE="postgresql:///x", SLURM_JOB_ID="17")
    _wait_for(tmp_path / "told")
    running.send_signal(signal.SIGUSR1)

    assert _end(running)[0] == 0
    assert not (tmp_path / "scontrol").exists()


def test_script_asks_for_the_signal_that_it_understands(toy: Course) -> None:
    text = slurm(toy).decode()

    assert re.search(r"^#SBATCH --signal=B:USR1@\d{3}$", text, re.MULTILINE)
    assert re.search(r"^trap '.*' USR1$", text, re.MULTILINE)


def test_script_holds_no_store(toy: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "GRADUS_STORE", "postgresql://gradus:secret@db/x")

    assert b"secret" not in slurm(toy)
