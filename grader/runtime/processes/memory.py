"""What the kernel counts of this container's memory as a whole: version 1 or 2 of its control groups, or neither."""

from __future__ import annotations

from pathlib import Path

__all__ = ["oom_kills", "shared_bytes"]

_FOLDERS = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/memory"))  # of version 2, of version 1
_EVENTS = ("memory.events", "memory.oom_control")


def oom_kills() -> int:
    """Returns how many processes the kernel has ended so far for want of memory; 0 where it does not say."""
    return max(_counted(folder / name, "oom_kill") for folder, name in zip(_FOLDERS, _EVENTS, strict=True))


def shared_bytes() -> int:
    """Returns what files in memory take, with and without a name; 0 where the kernel does not say."""
    return max(_counted(folder / "memory.stat", "shmem") for folder in _FOLDERS)


def _counted(path: Path, key: str) -> int:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    return next((int(value) for name, _, value in (line.partition(" ") for line in lines) if name == key), 0)
