"""What one sandbox takes of its machine, and for how long at most one submission keeps it."""

from __future__ import annotations

from grader.models import Limits

__all__ = ["longest_s", "memory_mib"]

_TRUSTED_MEMORY_MIB = 1024  # torch imported once, its copy-on-write copies, and what the examiner compares
_GRACE_S = 120.0


def memory_mib(limits: Limits) -> int:
    """Returns what a container may use in all, in MiB: what is written to its `/tmp` is memory too."""
    return limits.memory_mib + limits.tmpfs_mib + _TRUSTED_MEMORY_MIB


def longest_s(limits: Limits) -> float:
    """Returns the seconds after which the host takes a sandbox for dead that has not answered."""
    return limits.import_s * 2 + limits.total_s + _GRACE_S
