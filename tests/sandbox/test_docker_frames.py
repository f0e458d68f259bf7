"""What hardens the container, and what Docker interleaves on the attached stream. No engine is needed here."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import msgspec
import pytest

from grader.models import Limits, Problem, ProblemKind
from grader.runtime.wire.frames import FrameError, pack

pytest.importorskip("docker", reason="needs `pip install 'gradus-torch[docker]'`")

from grader.sandbox.docker import CONTAINER_LABEL, AttachedStream, container_options  # noqa: E402 - needs docker

_LIMITS = Limits(memory_mib=1000, cpus=1.5, pids=10, tmpfs_mib=24)
_PROBLEM = Problem(kind=ProblemKind.ENGINE, message="no")


# Options.


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("network_mode", "none"),
        ("read_only", True),
        ("cap_drop", ["ALL"]),
        ("cap_add", ["SETUID", "SETGID", "KILL"]),
        ("security_opt", ["no-new-privileges"]),
        ("ipc_mode", "private"),
        ("mem_limit", "2048m"),
        ("memswap_limit", "2048m"),
        ("nano_cpus", 1_500_000_000),
        ("pids_limit", 74),
        ("init", True),
        ("auto_remove", True),
        ("stdin_open", True),
        ("log_config", {"type": "none"}),
        ("device_requests", []),
    ],
)
def test_container_is_hardened(option: str, value: object) -> None:
    assert container_options(_LIMITS)[option] == value


def test_container_cannot_swap() -> None:
    options = container_options(Limits())
    assert options["mem_limit"] == options["memswap_limit"]


def test_container_writes_to_two_small_file_systems_without_programs_and_devices() -> None:
    found = {path: set(options.split(",")) for path, options in container_options(_LIMITS)["tmpfs"].items()}
    sizes = {"/tmp": "size=24m", "/dev/shm": "size=64m"}
    assert found == {
        path: {"rw", "nosuid", "nodev", "noexec", size, "nr_inodes=16384", "mode=1777"} for path, size in sizes.items()
    }


def test_container_dumps_no_core() -> None:
    (limit,) = container_options(_LIMITS)["ulimits"]
    assert (limit.name, limit.soft, limit.hard) == ("core", 0, 0)


def test_container_is_labelled_so_that_it_can_be_found() -> None:
    assert container_options(_LIMITS)["labels"] == {CONTAINER_LABEL: "1"}


@pytest.mark.parametrize(
    "option",
    ["privileged", "volumes", "binds", "mounts", "ports", "publish_all_ports", "devices", "pid_mode", "userns_mode"]
    + ["network", "links", "environment", "extra_hosts", "group_add", "cgroup_parent", "oom_kill_disable", "runtime"],
)
def test_container_has_no_option_that_opens_it(option: str) -> None:
    assert option not in container_options(_LIMITS, device="cuda")


def test_container_has_room_for_the_trusted_side_besides_the_candidate() -> None:
    assert int(container_options(_LIMITS)["mem_limit"][:-1]) > _LIMITS.memory_mib + _LIMITS.tmpfs_mib
    assert container_options(_LIMITS)["pids_limit"] > _LIMITS.pids


def test_container_with_a_gpu_requests_every_one_by_default() -> None:
    (request,) = container_options(_LIMITS, device="cuda")["device_requests"]
    assert request == {
        "Driver": "nvidia",
        "Count": -1,
        "DeviceIDs": [],
        "Capabilities": [["gpu"]],
        "Options": {},
    }


def test_container_with_a_gpu_requests_the_chosen_ones() -> None:
    (request,) = container_options(_LIMITS, device="cuda", gpus=["1", "MIG-3f"])["device_requests"]
    assert (request["Count"], request["DeviceIDs"]) == (0, ["1", "MIG-3f"])


def test_container_with_a_gpu_is_hardened_like_any_other() -> None:
    plain, with_gpu = container_options(_LIMITS), container_options(_LIMITS, device="cuda")
    assert {key for key in plain if str(plain[key]) != str(with_gpu[key])} == {"device_requests"}


def test_container_without_a_gpu_requests_none_although_some_are_named() -> None:
    assert container_options(_LIMITS, device="cpu", gpus=["0"])["device_requests"] == []


# The attached stream.


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, AttachedStream]]:
    engine, ours = socket.socketpair()
    stream = AttachedStream(ours)
    yield engine, stream
    engine.close()
    stream.close()


def _stretch(number: int, data: bytes) -> bytes:
    return struct.pack(">BxxxI", number, len(data)) + data


_FRAME = pack(msgspec.msgpack.encode(_PROBLEM))


@pytest.mark.parametrize("size", [1, 5, 8, 9, 1_000], ids=lambda size: f"{size} bytes at a time")
def test_attached_stream_puts_stretches_together_however_they_are_cut(
    size: int, ends: tuple[socket.socket, AttachedStream]
) -> None:
    engine, stream = ends
    data = _stretch(1, _FRAME[:3]) + _stretch(2, b"a warning\n") + _stretch(1, b"") + _stretch(1, _FRAME[3:])
    for start in range(0, len(data), size):
        engine.sendall(data[start : start + size])
        if start + size < len(data):
            stream._buffer.feed(stream._read(5.0))
    assert stream.receive(Problem, 5.0) == _PROBLEM


def test_attached_stream_keeps_stderr_aside(ends: tuple[socket.socket, AttachedStream]) -> None:
    engine, stream = ends
    engine.sendall(_stretch(2, _FRAME) + _stretch(1, _FRAME) + _stretch(2, " 中文".encode()))
    assert stream.receive(Problem, 5.0) == _PROBLEM
    assert stream.stderr_tail.endswith("中文")
    with pytest.raises(FrameError, match="no answer in time"):
        stream.receive(Problem, 0.02)


def test_attached_stream_keeps_only_the_end_of_a_flood_on_stderr(ends: tuple[socket.socket, AttachedStream]) -> None:
    engine, stream = ends
    for number in range(100):
        engine.sendall(_stretch(2, b"x" * 1_000 + f"line {number}\n".encode()))
        stream._read(5.0)
    assert len(stream.stderr_tail) <= 4_000
    assert stream.stderr_tail.endswith("line 99")


def test_attached_stream_writes_to_stdin_as_it_is(ends: tuple[socket.socket, AttachedStream]) -> None:
    engine, stream = ends
    stream.send(_PROBLEM)
    assert engine.recv(1_000) == _FRAME


@pytest.mark.parametrize(
    "last", [b"", b"\x01\x00\x00", _stretch(1, b"abcdef")[:-2]], ids=["clean", "header", "stretch"]
)
def test_attached_stream_says_when_the_container_is_gone(
    last: bytes, ends: tuple[socket.socket, AttachedStream]
) -> None:
    engine, stream = ends
    engine.sendall(last)
    engine.close()
    with pytest.raises(FrameError, match="gone"):
        stream.receive(Problem, 5.0)
    with pytest.raises(FrameError, match="gone"):
        stream.send(_PROBLEM)


def test_attached_stream_may_be_closed_twice(ends: tuple[socket.socket, AttachedStream]) -> None:
    _, stream = ends
    stream.close()
    stream.close()


def test_attached_stream_takes_the_socket_out_of_what_the_client_returns() -> None:
    engine, ours = socket.socketpair()

    class Wrapped:
        """The client returns a `SocketIO` around the socket for a local engine."""

        _sock = ours

        def close(self) -> None:
            ours.close()

    stream = AttachedStream(Wrapped())
    engine.sendall(_stretch(1, _FRAME))
    assert stream.receive(Problem, 5.0) == _PROBLEM
    stream.close()
    engine.close()
