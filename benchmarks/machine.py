"""What was measured on, and one core of it for what is compared core by core."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from benchmarks.commands import NotMeasuredError, run
from benchmarks.peers.environments import NAMES, pins_of
from benchmarks.samples import Way
from grader.models import Value

__all__ = ["Machine", "commit", "core_count", "first_core", "on_one_core", "one_core", "this_machine"]

_JUDGING = ("grader", "assignments", "solutions", "benchmarks/*.py", "benchmarks/peers")


class Machine(Value, frozen=True, kw_only=True):
    """Attributes: versions of programs and packages by name; `cores` are those that this process may use."""

    cores: int
    cpu: str
    system: str
    versions: dict[str, str]


def this_machine() -> Machine:
    versions = {"python": platform.python_version(), "torch": metadata.version("torch")}
    with contextlib.suppress(NotMeasuredError):
        versions["docker"] = run(["docker", "version", "--format", "{{.Server.Version}}"]).strip()
    for name in NAMES:
        versions |= {package: version for package, version in pins_of(name).items() if name in package}
    return Machine(cores=core_count(), cpu=_cpu(), system=platform.platform(), versions=versions)


def commit() -> str:
    """Returns the commit of this clone, with a `+` if what is measured was changed since; empty outside a clone."""
    try:
        changed = run(["git", "status", "--porcelain", "--", *_JUDGING])
        return run(["git", "rev-parse", "--short=12", "HEAD"]).strip() + ("+" if changed.strip() else "")
    except NotMeasuredError:
        return ""


def core_count() -> int:
    return len(os.sched_getaffinity(0))


def first_core() -> int:
    return min(os.sched_getaffinity(0))


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Keeps this thread, and every process and thread that it starts meanwhile, on the first core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {first_core()})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def on_one_core(way: Way) -> Way:
    def pinned() -> float:
        with one_core():
            return way()

    return pinned


def _cpu() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
