"""What a supervisor and its host say to each other besides jobs and answers."""

from __future__ import annotations

import msgspec

__all__ = ["PROTOCOL_VERSION", "Ready", "Swept"]

PROTOCOL_VERSION = 1


class Ready(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="ready"):
    """The supervisor has imported what it needs and waits for jobs."""

    protocol: int
    torch: str
    python: str


class Swept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="swept"):
    """The sandbox was cleaned after a job. `problem` says what is left; then it must not be used again."""

    problem: str | None = None
