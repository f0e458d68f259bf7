"""Whose fault was it? A pure function from what Docker said to what the user is told. No student output comes here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Failure", "FailureKind", "classify_failure"]


class FailureKind(StrEnum):
    """What is to be mended; none of these is the student's."""

    ENGINE_MISSING = "engine_missing"
    ENGINE_GONE = "engine_gone"
    NO_PERMISSION = "no_permission"
    IMAGE_MISSING = "image_missing"
    IMAGE_BROKEN = "image_broken"
    GPU_MISSING = "gpu_missing"
    DISK_FULL = "disk_full"
    LIMITS_REFUSED = "limits_refused"
    OUT_OF_MEMORY = "out_of_memory"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A failure of the sandbox.

    Attributes:
        message: what happened and the next command.
        is_transient: whether a fresh sandbox may well succeed.
    """

    kind: FailureKind
    message: str
    is_transient: bool


_DOCTOR = "Run `learn doctor` to see what is wrong."

# Each pattern was taken from a message that Docker 20.10 to 28 or its Python client really gave; see the tests.
_RULES: tuple[tuple[str, FailureKind, str], ...] = (
    (
        r"permission denied.*docker|PermissionError\(13",
        FailureKind.NO_PERMISSION,
        "Docker is there, but this user may not use it. Join the group `docker` (`sudo usermod -aG docker $USER`, then "
        "log in again).",
    ),
    (
        r"FileNotFoundError\(2|Connection refused|Name or service not known|Failed to resolve|docker_engine",
        FailureKind.ENGINE_MISSING,
        "No Docker engine answers. Start it (`sudo systemctl start docker`, or Docker Desktop), check DOCKER_HOST, and "
        "try again; for your own code `--sandbox process` works without Docker.",
    ),
    (
        r"No such image|pull access denied|manifest unknown",
        FailureKind.IMAGE_MISSING,
        "The sandbox image is not there. Run `learn image build`.",
    ),
    (
        r"could not select device driver|nvidia-container|unresolvable CDI devices|no CUDA-capable device",
        FailureKind.GPU_MISSING,
        "Docker cannot give a GPU to the container. Install the NVIDIA Container Toolkit, or use `--device cpu`.",
    ),
    (
        r"no space left on device",
        FailureKind.DISK_FULL,
        "The disk of the Docker engine is full. Free some space (`docker system prune`) and try again.",
    ),
    (
        r"Range of CPUs is from|Minimum memory limit|invalid (?:memory|CPU)",
        FailureKind.LIMITS_REFUSED,
        "Docker refuses the limits of this assignment; mend `[limits]` in its `assignment.toml`.",
    ),
    (
        r"executable file not found|exec format error|OCI runtime create failed",
        FailureKind.IMAGE_BROKEN,
        "The sandbox image does not start. Run `learn image build` again.",
    ),
    (
        r"Connection aborted|ConnectionReset|Broken pipe|RemoteDisconnected|Read timed out|EOF occurred"
        r"|the other side is gone|No such container|is not running|dead or marked for removal",
        FailureKind.ENGINE_GONE,
        f"The Docker engine or the container went away in the middle. Nothing was graded. {_DOCTOR}",
    ),
)
_TRANSIENT = {FailureKind.ENGINE_GONE, FailureKind.OUT_OF_MEMORY, FailureKind.UNKNOWN}


def classify_failure(text: str, *, is_oom_killed: bool = False) -> Failure:
    """Says what a sandbox's failure was and what to do about it.

    Args:
        text: what the Docker client raised or the stream reported; never anything that a candidate wrote.
        is_oom_killed: whether the engine says that the container as a whole ran out of memory.
    """
    if is_oom_killed:
        message = "The whole sandbox ran out of memory. Give it more with `memory_mib` in `assignment.toml`."
        return Failure(kind=FailureKind.OUT_OF_MEMORY, message=message, is_transient=True)
    for pattern, kind, message in _RULES:
        if re.search(pattern, text, re.IGNORECASE):
            return Failure(kind=kind, message=_with_cause(kind, message, text), is_transient=kind in _TRANSIENT)
    message = f"The sandbox failed: {_first_line(text)}. {_DOCTOR}"
    return Failure(kind=FailureKind.UNKNOWN, message=message, is_transient=True)


def _with_cause(kind: FailureKind, message: str, text: str) -> str:
    return f"{message} Docker said: {_first_line(text)}" if kind is FailureKind.LIMITS_REFUSED else message


def _first_line(text: str) -> str:
    explained = re.search(r"\(\"(.*)\"\)\s*$", text)
    return (explained.group(1) if explained else text).strip().split("\n")[0][:300]
