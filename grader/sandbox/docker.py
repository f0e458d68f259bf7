"""The `docker` back end: one hardened container, its supervisor talked to over the attached stream.

No bind mount and no published port, so that a remote Docker host and Docker Desktop work like a local engine.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from typing import Any

import docker
from docker.errors import DockerException
from docker.models.containers import Container
from docker.types import DeviceRequest, Ulimit

from grader.errors import EngineMissingError, SandboxDiedError, SandboxMemoryError
from grader.models import Limits
from grader.runtime.wire.frames import FrameError, Stream
from grader.sandbox.failures import FailureKind, classify_failure
from grader.sandbox.footprint import memory_mib
from grader.sandbox.image import connect, docker_errors, image_status, image_tag, missing_image_message
from grader.sandbox.supervised import Supervised

__all__ = ["CONTAINER_LABEL", "DockerSandbox", "container_options"]

CONTAINER_LABEL = "org.gradus.sandbox"
_TRUSTED_PIDS = 64
_SHARED_MIB = 64
_FILES = 16_384
_STDOUT = 1
_HEADER = struct.Struct(">BxxxI")
_CHUNK_BYTES = 1 << 18
_KEPT_STDERR_BYTES = 4_000


class DockerSandbox(Supervised):
    """A supervisor as the first process of a container.

    Args:
        limits: of the assignment; the container gets what they need and what the trusted side needs besides.
        device: `cuda` requests GPUs.
        gpus: ids of the devices to request; all of the machine's by default.
        cpuset: the cores to run on, as in `0` or `0-3`; any by default.
    """

    def __init__(
        self, limits: Limits, *, device: str = "cpu", gpus: list[str] | None = None, cpuset: str | None = None
    ) -> None:
        super().__init__()
        self._options = {**container_options(limits, device=device, gpus=gpus), "cpuset_cpus": cpuset}
        self._cuda = device != "cpu"
        self._client: docker.DockerClient | None = None
        self._container: Container | None = None
        self.image: str | None = image_tag(cuda=self._cuda)

    @property
    def name(self) -> str:
        return "docker"

    @property
    def container_id(self) -> str | None:
        return self._container.id if self._container is not None else None

    def start(self) -> None:
        status = image_status(self._cuda)
        if status.state != "ready":
            raise EngineMissingError(missing_image_message(status))
        self._client = connect()
        with docker_errors():
            self._container = self._client.containers.create(status.tag, **self._options)
            # Attached before the start, so that nothing the supervisor says can be missed.
            params = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            self._stream = AttachedStream(self._container.attach_socket(params=params))
            self._container.start()
        self._greet(self._stream)

    def close(self) -> None:
        container, self._container = self._container, None
        self.is_reusable = False
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        if container is not None:
            with contextlib.suppress(DockerException, OSError):
                container.remove(force=True)
        if self._client is not None:
            self._client.close()
            self._client = None

    def _death(self, error: FrameError) -> SandboxDiedError:
        is_oom_killed = False
        if self._container is not None:
            with contextlib.suppress(DockerException, OSError):
                self._container.reload()
                is_oom_killed = bool(self._container.attrs["State"]["OOMKilled"])
        failure = classify_failure(str(error), is_oom_killed=is_oom_killed)
        printed = self._stream.stderr_tail if isinstance(self._stream, AttachedStream) else ""
        kind = SandboxMemoryError if failure.kind is FailureKind.OUT_OF_MEMORY else SandboxDiedError
        return kind(failure.message + (f"\nThe supervisor printed: {printed}" if printed else ""))


def container_options(limits: Limits, *, device: str = "cpu", gpus: list[str] | None = None) -> dict[str, Any]:
    """Returns the options of `containers.create`: everything that hardens the container is here.

    Args:
        limits: of the assignment.
        device: `cpu`, or `cuda` for a device request.
        gpus: ids of GPUs; None requests all.
    """
    memory = f"{memory_mib(limits)}m"
    requests = []
    if device != "cpu":
        wanted: dict[str, Any] = {"device_ids": gpus} if gpus else {"count": -1}
        requests = [DeviceRequest(driver="nvidia", capabilities=[["gpu"]], **wanted)]
    return {
        "stdin_open": True,
        "network_mode": "none",
        "read_only": True,
        "tmpfs": {"/tmp": _tmpfs(limits.tmpfs_mib), "/dev/shm": _tmpfs(_SHARED_MIB)},  # noqa: S108 - the container's own
        "ipc_mode": "private",
        "mem_limit": memory,
        "memswap_limit": memory,
        "nano_cpus": int(limits.cpus * 1e9),
        "pids_limit": limits.pids + _TRUSTED_PIDS,
        "cap_drop": ["ALL"],
        "cap_add": ["SETUID", "SETGID", "KILL"],
        "security_opt": ["no-new-privileges"],
        "ulimits": [Ulimit(name="core", soft=0, hard=0)],
        "init": True,
        "auto_remove": True,  # also when this process is killed: its end closes the container's stdin
        "log_config": {"type": "none"},
        "hostname": "sandbox",
        "labels": {CONTAINER_LABEL: "1"},
        "device_requests": requests,
    }


def _tmpfs(size_mib: int) -> str:
    """Limits the files as well: each takes memory of the kernel's, which no size of theirs tells."""
    return f"rw,nosuid,nodev,noexec,size={size_mib}m,nr_inodes={_FILES},mode=1777"


class AttachedStream(Stream):
    """The stream of a container without a terminal, in which Docker interleaves stdout and stderr.

    Each stretch comes behind 8 bytes: the stream's number, three zeros, the length (big-endian). See "Attach to a
    container" in the Docker Engine API.
    """

    def __init__(self, attached: Any) -> None:
        super().__init__()
        self._attached = attached  # the HTTP response lives as long as this does
        self._socket: socket.socket = getattr(attached, "_sock", attached)
        self._raw = bytearray()
        self._stderr = bytearray()

    @property
    def stderr_tail(self) -> str:
        return bytes(self._stderr).decode("utf-8", "replace").strip()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        # The client hangs the response on its socket to keep it alive; closed in this order, each finds its file open.
        for part in (getattr(self._attached, "_response", None), self._attached, self._socket):
            with contextlib.suppress(OSError, ValueError):
                if part is not None:
                    part.close()

    def _write(self, data: bytes) -> None:
        try:
            self._socket.settimeout(None)
            self._socket.sendall(data)
        except OSError as error:
            raise FrameError(f"the other side is gone ({error})") from error

    def _read(self, timeout_s: float | None) -> bytes:
        """Returns what stdout has brought, perhaps nothing yet; stderr is kept aside."""
        try:
            self._socket.settimeout(max(timeout_s, 0.001) if timeout_s is not None else None)
            data = self._socket.recv(_CHUNK_BYTES)
        except TimeoutError:
            raise FrameError("no answer in time") from None
        except OSError as error:
            raise FrameError(f"the other side is gone ({error})") from error
        if not data:
            raise FrameError("the other side is gone")
        self._raw += data
        return self._demultiplex()

    def _demultiplex(self) -> bytes:
        answer = bytearray()
        while len(self._raw) >= _HEADER.size:
            number, length = _HEADER.unpack_from(self._raw)
            end = _HEADER.size + length
            if len(self._raw) < end:
                break
            stretch = self._raw[_HEADER.size : end]
            if number == _STDOUT:
                answer += stretch
            else:
                self._stderr = (self._stderr + stretch)[-_KEPT_STDERR_BYTES:]
            del self._raw[:end]
        return bytes(answer)
