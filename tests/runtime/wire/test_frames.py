"""Frames arrive whole however the bytes are cut, and a frame over the cap is refused before it is kept."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator

import pytest

from grader.models import Problem, ProblemKind
from grader.runtime.wire.frames import DescriptorStream, FrameBuffer, FrameError, Stream, pack

_PROBLEM = Problem(kind=ProblemKind.ENGINE, message="no")


@pytest.fixture
def streams() -> Iterator[tuple[DescriptorStream, DescriptorStream]]:
    """Two ends that are connected crosswise."""
    left_read, right_write = os.pipe()
    right_read, left_write = os.pipe()
    left, right = DescriptorStream(left_read, left_write), DescriptorStream(right_read, right_write)
    yield left, right
    for stream in (left, right):
        if stream._read_fd >= 0:
            stream.close()
            stream._read_fd = -1


def _hang_up(stream: DescriptorStream) -> None:
    stream.close()
    stream._read_fd = -1


class _Dribble(Stream):
    """Gives out prepared bytes, `size` at a time, then ends."""

    def __init__(self, data: bytes, size: int, max_bytes: int = 1_000) -> None:
        super().__init__(max_bytes)
        self.data = data
        self._size = size

    def _read(self, timeout_s: float | None) -> bytes:
        if not self.data:
            raise FrameError("the other side is gone")
        chunk, self.data = self.data[: self._size], self.data[self._size :]
        return chunk

    def _write(self, data: bytes) -> None:
        self.data += data


def test_pack_puts_the_length_first() -> None:
    assert pack(b"abc") == b"\x00\x00\x00\x03abc"


def test_buffer_gives_nothing_until_a_frame_is_whole() -> None:
    buffer = FrameBuffer(100)
    for byte in pack(b"abc")[:-1]:
        buffer.feed(bytes([byte]))
        assert buffer.pop() is None
    buffer.feed(b"c")
    assert buffer.pop() == b"abc"


def test_buffer_gives_frames_of_one_read_one_by_one() -> None:
    buffer = FrameBuffer(100)
    buffer.feed(pack(b"a") + pack(b"") + pack(b"b")[:-1])
    assert (buffer.pop(), buffer.pop(), buffer.pop()) == (b"a", b"", None)


def test_buffer_counts_what_was_not_taken_yet() -> None:
    buffer = FrameBuffer(100)
    buffer.feed(pack(b"abc") + b"x")
    assert len(buffer) == 8
    buffer.pop()
    assert len(buffer) == 1


def test_buffer_takes_a_frame_of_exactly_the_cap() -> None:
    buffer = FrameBuffer(3)
    buffer.feed(pack(b"abc"))
    assert buffer.pop() == b"abc"


def test_buffer_refuses_a_frame_over_the_cap_by_its_length_alone() -> None:
    buffer = FrameBuffer(3)
    buffer.feed(struct.pack(">I", 4))
    with pytest.raises(FrameError, match="a frame of 4 bytes is over the limit of 3"):
        buffer.pop()


@pytest.mark.parametrize("size", [1, 3, 1_000], ids=["bytewise", "in threes", "at once"])
def test_stream_receives_messages_however_they_are_cut(size: int) -> None:
    stream = _Dribble(b"", size)
    stream.send(_PROBLEM)
    stream.send(_PROBLEM)
    assert [stream.receive(Problem), stream.receive(Problem)] == [_PROBLEM, _PROBLEM]


def test_stream_refuses_a_frame_over_its_cap() -> None:
    stream = _Dribble(struct.pack(">I", 1_001), 4)
    with pytest.raises(FrameError, match="over the limit"):
        stream.receive(Problem)


@pytest.mark.parametrize("data", [b"", b"\x00", pack(b"abc")[:-1]], ids=["nothing", "half a length", "half a frame"])
def test_stream_says_when_the_other_side_ends(data: bytes) -> None:
    with pytest.raises(FrameError, match="gone"):
        _Dribble(data, 100).receive(Problem)


@pytest.mark.parametrize(
    "payload",
    [b"", b"\xc1", b"\x80", b"\x81\xa4kind\xa3odd", b"\xc0"],
    ids=["empty", "no MessagePack", "missing fields", "unknown value", "another type"],
)
def test_stream_refuses_a_message_of_another_kind(payload: bytes) -> None:
    with pytest.raises(FrameError, match="not understood"):
        _Dribble(pack(payload), 100).receive(Problem)


def test_descriptor_stream_carries_messages_both_ways(streams: tuple[DescriptorStream, DescriptorStream]) -> None:
    left, right = streams
    left.send(_PROBLEM)
    assert right.receive(Problem, 5.0) == _PROBLEM
    right.send(_PROBLEM)
    assert left.receive(Problem, 5.0) == _PROBLEM


def test_descriptor_stream_gives_up_at_the_deadline(streams: tuple[DescriptorStream, DescriptorStream]) -> None:
    started = time.monotonic()
    with pytest.raises(FrameError, match="no answer in time"):
        streams[0].receive(Problem, 0.02)
    assert time.monotonic() - started < 2.0


def test_descriptor_stream_does_not_wait_longer_for_a_dribble(
    streams: tuple[DescriptorStream, DescriptorStream],
) -> None:
    left, right = streams
    os.write(right._write_fd, b"\x00")
    with pytest.raises(FrameError, match="no answer in time"):
        left.receive(Problem, 0.02)


def test_descriptor_stream_notices_that_the_reader_is_gone(
    streams: tuple[DescriptorStream, DescriptorStream],
) -> None:
    left, right = streams
    _hang_up(right)
    with pytest.raises(FrameError, match="gone"):
        left.send(_PROBLEM)
    with pytest.raises(FrameError, match="gone"):
        left.receive(Problem, 1.0)
