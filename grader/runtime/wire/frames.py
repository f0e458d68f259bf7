"""Length-prefixed frames over a byte stream: how every pair of processes here takes turns."""

from __future__ import annotations

import os
import select
import struct
import time
from typing import TypeVar

import msgspec

__all__ = ["DescriptorStream", "FrameBuffer", "FrameError", "Stream", "pack"]

_LENGTH = struct.Struct(">I")
_CHUNK_BYTES = 1 << 18
_T = TypeVar("_T")


class FrameError(Exception):
    """The stream ended, stalled past its deadline, or announced a frame over the cap."""


def pack(payload: bytes) -> bytes:
    """Returns a payload behind its length (4 bytes, big-endian)."""
    return _LENGTH.pack(len(payload)) + payload


class FrameBuffer:
    """Collects bytes as they come and gives back whole payloads.

    Args:
        max_bytes: a frame that announces more is refused before its bytes are kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = bytearray()

    def __len__(self) -> int:
        return len(self._bytes)

    def feed(self, data: bytes) -> None:
        self._bytes += data

    def pop(self) -> bytes | None:
        """Returns the next whole payload, or None as long as it is not there.

        Raises:
            FrameError: if the frame announces more than `max_bytes`.
        """
        if len(self._bytes) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._bytes)
        if length > self._max_bytes:
            raise FrameError(f"a frame of {length} bytes is over the limit of {self._max_bytes}")
        end = _LENGTH.size + length
        if len(self._bytes) < end:
            return None
        payload = bytes(self._bytes[_LENGTH.size : end])
        del self._bytes[:end]
        return payload


class Stream:
    """Messages of known types between two trusted sides; subclasses move the bytes.

    A subclass's `_write` and `_read` raise `FrameError` when the other side is gone or the time is up.
    """

    def __init__(self, max_bytes: int = 256 * 2**20) -> None:
        self._buffer = FrameBuffer(max_bytes)

    def send(self, message: object) -> None:
        """Writes one message as MessagePack.

        Raises:
            FrameError: if the other side is gone.
        """
        self._write(pack(msgspec.msgpack.encode(message)))

    def receive(self, kind: type[_T], timeout_s: float | None = None) -> _T:
        """Waits for the next message and decodes it as `kind`.

        Raises:
            FrameError: if the stream ends, the time runs out, or the message is of another kind.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while (payload := self._buffer.pop()) is None:
            left_s = None if deadline is None else max(0.0, deadline - time.monotonic())
            self._buffer.feed(self._read(left_s))
        try:
            return msgspec.msgpack.decode(payload, type=kind)
        except msgspec.MsgspecError as error:
            raise FrameError(f"a message that is not understood ({error})") from error

    def close(self) -> None:
        raise NotImplementedError

    def _write(self, data: bytes) -> None:
        raise NotImplementedError

    def _read(self, timeout_s: float | None) -> bytes:
        raise NotImplementedError


class DescriptorStream(Stream):
    """A stream over a pair of file descriptors, which it owns."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        super().__init__()
        self._read_fd = read_fd
        self._write_fd = write_fd

    def close(self) -> None:
        for fd in {self._read_fd, self._write_fd}:
            os.close(fd)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._write_fd, view) :]
        except OSError as error:
            raise FrameError(f"the other side is gone ({error.strerror})") from error

    def _read(self, timeout_s: float | None) -> bytes:
        # On Windows pipes cannot be waited for; there the other side's end is the only clock.
        if os.name == "posix" and not select.select([self._read_fd], [], [], timeout_s)[0]:
            raise FrameError("no answer in time")
        try:
            data = os.read(self._read_fd, _CHUNK_BYTES)
        except OSError as error:
            raise FrameError(f"the other side is gone ({error.strerror})") from error
        if not data:
            raise FrameError("the other side is gone")
        return data
