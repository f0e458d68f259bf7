"""A real Slurm runs the script as it is generated: a class is judged right, whatever becomes of an element."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.release.schedulers import slurm as slurm_script
from tests.support.slurm import slurm
from tests.support.workers import Outcome, Waiting, environment, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.slurm, pytest.mark.postgresql]

_ELEMENTS = 3
_MEMORY_MIB = 3 * 4096
_TRUSTING = ("--sandbox", "process", "--trust-submissions")


@pytest.fixture(scope="module")
def cluster() -> Iterator[dict[str, str]]:
    """What Slurm's commands need in their environment."""
    with slurm(_ELEMENTS, _MEMORY_MIB) as found:
        yield {**environment(), "SLURM_CONF": found["SLURM_CONF"]}


@pytest.fixture
def script(toy: Course, tmp_path: Path) -> Path:
    path = tmp_path / "gradus-slurm.sh"
    path.write_bytes(slurm_script(toy))
    return path


def _submit(cluster: dict[str, str], script: Path, url: str, *options: str) -> str:
    """Submits the script as a user would, and returns the id of the array."""
    command = ["sbatch", "--parsable", *options, str(script), *_TRUSTING]
    given = {**cluster, "GRADUS_STORE": url}
    return subprocess.check_output(command, env=given, cwd=script.parent, text=True).strip()


def _says(cluster: dict[str, str], *command: str) -> str:
    return subprocess.run(command, env=cluster, capture_output=True, text=True, check=True).stdout


def _jobs(cluster: dict[str, str], array: str) -> list[dict[str, str]]:
    """Returns what Slurm knows of each element."""
    said = _says(cluster, "scontrol", "show", "job", array)
    return [dict(re.findall(r"(\w+)=(\S+)", part)) for part in said.split("\n\n") if part.strip()]


def _states(cluster: dict[str, str], array: str) -> set[str]:
    return {job["JobState"] for job in _jobs(cluster, array)}


def _is_over(cluster: dict[str, str], array: str) -> bool:
    return not _states(cluster, array) & {"PENDING", "CONFIGURING", "RUNNING", "COMPLETING"}


def test_class_is_judged_right_though_a_worker_is_killed(
    cluster: dict[str, str], script: Path, waiting: Waiting, graded: Outcome, postgresql_url: str
) -> None:
    wanted = waiting.count("pending")
    array = _submit(cluster, script, postgresql_url, f"--array=0-{_ELEMENTS - 1}", "--cpus-per-task=1")
    wait_until(lambda: waiting.count("claims"))
    os.kill(waiting.numbers("SELECT pid FROM claims")[0], signal.SIGKILL)

    assert waiting.outcome() == graded
    assert waiting.judged() == waiting.count("gradings") == wanted
    wait_until(lambda: _is_over(cluster, array))
    assert sorted(job["JobState"] for job in _jobs(cluster, array)) == ["COMPLETED", "COMPLETED", "FAILED"]


def test_element_whose_time_is_up_is_queued_again_and_goes_on(
    cluster: dict[str, str], script: Path, waiting: Waiting, graded: Outcome, postgresql_url: str, tmp_path: Path
) -> None:
    array = _submit(cluster, script, postgresql_url, "--array=0-0", "--cpus-per-task=1")
    wait_until(lambda: waiting.count("claims"))
    _says(cluster, "scancel", "--batch", "--signal=USR1", f"{array}_0")

    wait_until(lambda: _jobs(cluster, array)[0]["Restarts"] == "1")
    assert waiting.count("claims") == 0
    assert waiting.count("gradings") > 0
    assert waiting.count("pending") > 0
    assert waiting.outcome() == graded  # Slurm lets it begin again once the credential of the first time is over
    wait_until(lambda: _is_over(cluster, array))
    assert _states(cluster, array) == {"COMPLETED"}
    printed = (tmp_path / f"gradus-{array}_0.out").read_text()
    assert [part for part in ("Interrupted.", "starts again", "Nothing waits any more.") if part not in printed] == []


def test_element_without_a_store_ends_as_usage(cluster: dict[str, str], script: Path, tmp_path: Path) -> None:
    array = _submit(cluster, script, "", "--array=0-0", "--cpus-per-task=1")
    wait_until(lambda: _is_over(cluster, array))

    assert _jobs(cluster, array)[0]["ExitCode"] == "2:0"
    assert "There is no store" in (tmp_path / f"gradus-{array}_0.out").read_text()
