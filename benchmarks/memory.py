"""Memory while something runs: of a command, and of the containers that come up meanwhile."""

from __future__ import annotations

import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docker.errors import DockerException

from benchmarks.commands import ROOT, NotMeasuredError
from grader.errors import SandboxError
from grader.sandbox.docker import CONTAINER_LABEL
from grader.sandbox.image import connect

__all__ = ["Moment", "Watched", "container_memory", "run_watched"]

_POLL_S = 1.0
_MIB = 2**20
_KIB_A_MIB = 2**10
_KEPT_CHARS = 600


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What was used at a time, in MiB; of containers the one that used the most."""

    command_mib: float
    container_mib: float


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A command that has run. Its moments are evenly spaced."""

    seconds: float
    moments: tuple[Moment, ...]

    def at(self, share: float) -> Moment:
        """Returns the moment at a share of the run, from 0 to 1."""
        return self.moments[round(share * (len(self.moments) - 1))]


def run_watched(command: Sequence[str]) -> Watched:
    """Runs a command and looks at the memory now and then.

    Raises:
        NotMeasuredError: if it fails, or was too quick to be looked at.
    """
    moments: list[Moment] = []
    with tempfile.TemporaryFile("w+") as printed, container_memory() as containers:
        started = time.perf_counter()
        with subprocess.Popen(command, cwd=ROOT, stdout=printed, stderr=subprocess.STDOUT) as running:
            while running.poll() is None:
                time.sleep(_POLL_S)
                with suppress(StopIteration, OSError):  # it has just ended
                    used = _resident_mib(running.pid)
                    moments.append(Moment(command_mib=used, container_mib=max(containers[-1:], default=0.0)))
        seconds = time.perf_counter() - started
        printed.seek(0)
        if running.returncode != 0 or not moments:
            raise NotMeasuredError(f"`learn` ended with code {running.returncode}: {printed.read()[-_KEPT_CHARS:]}")
    return Watched(seconds=seconds, moments=tuple(moments))


def _resident_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / _KIB_A_MIB


@contextmanager
def container_memory() -> Iterator[list[float]]:
    """Looks now and then at the sandboxes that come up meanwhile: what the one that uses the most uses, in MiB.

    The list is filled as it goes.

    Raises:
        NotMeasuredError: if no Docker engine answers.
    """
    found: list[float] = []
    ended = threading.Event()
    try:
        client = connect()
        before = {container.id for container in client.containers.list(filters={"label": CONTAINER_LABEL})}
    except (SandboxError, DockerException) as error:
        raise NotMeasuredError(str(error)) from error

    def look() -> None:
        while not ended.wait(_POLL_S):
            with suppress(DockerException, KeyError, ValueError):  # it is just coming up or going away
                now = client.containers.list(filters={"label": CONTAINER_LABEL})
                own = [container.stats(stream=False, one_shot=True) for container in now if container.id not in before]
                found.append(max(_used_mib(one["memory_stats"]) for one in own))

    looker = threading.Thread(target=look)
    looker.start()
    try:
        yield found
    finally:
        ended.set()
        looker.join()
        client.close()


def _used_mib(stats: dict[str, Any]) -> float:
    """Returns what a container uses without the files that the kernel keeps for later, as `docker stats` tells it."""
    details = stats["stats"]
    kept = details.get("total_inactive_file", details.get("inactive_file", 0))  # of either version of control groups
    return float(stats["usage"] - kept) / _MIB
