"""The streams on which a candidate prints: what is beyond a cap is thrown away here, where it takes next to no time."""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO

__all__ = ["cap_prints", "print_to"]

_CHUNK_BYTES = 1 << 20
_MARGIN_BYTES = 1 << 20  # so that the other side sees that there was more


class _Capped(io.RawIOBase):
    """Writes to a descriptor until so much is written, and says of all that comes later that it was.

    Attributes:
        left: bytes; None as long as there is no cap.
    """

    def __init__(self, descriptor: int, name: str) -> None:
        super().__init__()
        self.name = name
        self.left: int | None = None
        self._descriptor = descriptor

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]
        if self.left is None:
            return os.write(self._descriptor, view)
        if self.left <= 0:
            return len(view)
        written = os.write(self._descriptor, view[:_CHUNK_BYTES])
        self.left -= written
        return written


def print_to(stdout: int, stderr: int) -> None:
    """Makes Python's streams anew, by lines, on these descriptors."""
    sys.stdout, sys.stderr = _stream(stdout, "<stdout>"), _stream(stderr, "<stderr>")


def cap_prints(mib: int) -> None:
    """Sets how much each of the streams passes on from now on."""
    for stream in (sys.stdout, sys.stderr):
        raw = getattr(getattr(stream, "buffer", None), "raw", None)
        if isinstance(raw, _Capped):
            raw.left = mib * 2**20 + _MARGIN_BYTES


def _stream(descriptor: int, name: str) -> TextIO:
    buffer = io.BufferedWriter(_Capped(descriptor, name))
    return io.TextIOWrapper(buffer, encoding="utf-8", errors="replace", line_buffering=True)
