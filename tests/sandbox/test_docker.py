"""The container itself: what is missing is said, what is started is removed, and what dies is never a zero."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.course.course import Course
from grader.errors import EngineMissingError, SandboxDiedError, SandboxError
from grader.models import Answer, Job, Limits, Report, Suite, Verdict
from grader.pipeline import Request, grade
from grader.sandbox.pool import Pool

pytest.importorskip("docker", reason="needs `pip install 'gradus-torch[docker]'`")
from grader.sandbox import docker as docker_module  # noqa: E402
from grader.sandbox import fingerprint  # noqa: E402
from grader.sandbox import image as image_module  # noqa: E402
from grader.sandbox.docker import CONTAINER_LABEL, DockerSandbox  # noqa: E402
from tests.support.factories import make_job, make_task  # noqa: E402

pytestmark = [
    pytest.mark.docker,
    # The Docker client itself leaves a socket to the garbage collector when an engine does not answer.
    pytest.mark.filterwarnings("ignore:Exception ignored in. <socket.socket:pytest.PytestUnraisableExceptionWarning"),
]

_ROOT = Path(__file__).parents[2]
_VAULT = Course(_ROOT / "tests" / "courses" / "vault")
_ENDLESS = "def first(x):\n    while True:\n        pass\n\n\nsecond = third = first\n"


def _containers() -> set[str]:
    with contextlib.closing(image_module.connect()) as client:
        found = client.containers.list(all=True, ignore_removed=True, filters={"label": CONTAINER_LABEL})
    return {container.id for container in found}


def _kill(container_id: str | None) -> None:
    with contextlib.closing(image_module.connect()) as client:
        client.containers.get(container_id).kill()


class _Noted(DockerSandbox):
    """A sandbox whose containers are known: other commands on this machine have some of their own."""

    def __init__(self, ids: set[str], **options: Any) -> None:
        super().__init__(Limits(), **options)
        self._ids = ids

    def start(self) -> None:
        try:
            super().start()
        finally:
            if self.container_id is not None:
                self._ids.add(self.container_id)


def _wait_until_gone(ids: set[str], timeout_s: float = 60.0) -> set[str]:
    deadline = time.monotonic() + timeout_s
    while (left := _containers() & ids) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def _graded(tmp_path: Path, source: str, pool: Pool) -> Report:
    path = tmp_path / "vault.py"
    path.write_text(source)
    assignment = _VAULT.assignment("vault")
    return grade(
        Request(course=_VAULT, assignment=assignment, tasks=assignment.tasks, seed=1, sandbox="docker"), path, pool
    )


@pytest.fixture
def sandbox() -> Iterator[DockerSandbox]:
    container = DockerSandbox(Limits())
    container.start()
    yield container
    container.close()


def test_container_is_hardened_as_the_engine_sees_it(sandbox: DockerSandbox) -> None:
    with contextlib.closing(image_module.connect()) as client:
        attrs = client.containers.get(sandbox.container_id).attrs
    host = attrs["HostConfig"]

    assert host["NetworkMode"] == "none"
    assert host["ReadonlyRootfs"] is True
    assert set(host["CapAdd"]) == {"SETUID", "SETGID", "KILL"}
    assert host["CapDrop"] == ["ALL"]
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert host["Privileged"] is False
    assert host["Memory"] == host["MemorySwap"] > 0
    assert host["PidsLimit"] > 0
    assert host["NanoCpus"] == 10**9
    assert not (attrs["Mounts"] or host["Binds"] or host["PortBindings"])
    assert host["IpcMode"] == "private"


def test_close_removes_the_container_and_may_be_called_twice() -> None:
    ids: set[str] = set()
    container = _Noted(ids)
    container.start()
    assert ids and ids <= _containers()

    container.close()
    container.close()

    assert _wait_until_gone(ids) == set()


def test_missing_image_names_the_next_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "runtime_fingerprint", lambda: "0" * 12)
    for module in (fingerprint, image_module):
        monkeypatch.setattr(module, "IMAGE_REPOSITORY", "gradus-absent")

    with pytest.raises(EngineMissingError, match=r"is not there.*learn image build"):
        DockerSandbox(Limits()).start()


def test_stale_image_names_the_next_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "runtime_fingerprint", lambda: "0" * 12)

    with pytest.raises(EngineMissingError, match=r"is stale.*learn image build"):
        DockerSandbox(Limits()).start()


def test_absent_engine_is_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    with Pool(lambda: DockerSandbox(Limits())) as pool:
        report = _graded(tmp_path, _ENDLESS, pool)

    assert (report.graded, report.score) == (False, None)
    assert report.problem is not None
    assert report.problem.kind.value == "sandbox"
    assert "No Docker engine answers" in report.problem.message


def test_request_for_a_gpu_reaches_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a GPU in this machine, the engine's refusal shows that it was asked."""
    if Path("/dev/nvidiactl").exists():
        pytest.skip("this machine has a GPU")
    monkeypatch.setattr(docker_module, "image_status", lambda cuda: image_module.image_status(False))
    ids: set[str] = set()
    sandbox = _Noted(ids, device="cuda")

    with pytest.raises(EngineMissingError, match="cannot give a GPU"):
        sandbox.start()
    sandbox.close()

    assert ids and _wait_until_gone(ids) == set()


class _Relay:
    """A socket before the engine's that can be cut, as when a daemon dies in the middle."""

    def __init__(self, path: Path, engine: str) -> None:
        self._engine = engine
        self._ends: list[socket.socket] = []
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        for end in [self._server, *self._ends]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._engine)
                self._ends += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._copy, args=(source, target), daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


def test_engine_that_dies_in_the_middle_is_not_graded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engine = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if not engine.startswith("unix://"):
        pytest.skip("needs an engine on a local socket")
    ids: set[str] = set()
    relay = _Relay(tmp_path / "relay.sock", engine.removeprefix("unix://"))
    with monkeypatch.context() as patch:
        patch.setenv("DOCKER_HOST", f"unix://{tmp_path}/relay.sock")
        with Pool(lambda: _Noted(ids)) as pool:
            pool.warm()
            threading.Timer(1.0, relay.cut).start()
            report = _graded(tmp_path, _ENDLESS, pool)

    assert (report.graded, report.score) == (False, None)
    assert report.problem is not None
    assert "learn doctor" in report.problem.message or "No Docker engine" in report.problem.message
    assert ids and _wait_until_gone(ids) == set(), "the container outlived its owner"


def test_killed_container_is_replaced_and_the_submission_graded_after_all(tmp_path: Path) -> None:
    made: list[DockerSandbox] = []

    def make() -> DockerSandbox:
        made.append(DockerSandbox(Limits()))
        return made[-1]

    with Pool(make) as pool:
        pool.warm()
        _kill(made[0].container_id)
        report = _graded(tmp_path, "def first(x):\n    return 2 * x\n", pool)

    assert report.graded
    assert report.score == 30.0
    assert len(made) == 2


def test_submission_that_outlives_every_container_is_not_graded(tmp_path: Path) -> None:
    class Mortal(DockerSandbox):
        def grade(self, job: Job) -> Answer:
            _kill(self.container_id)
            return super().grade(job)

    with Pool(lambda: Mortal(Limits())) as pool:
        report = _graded(tmp_path, _ENDLESS, pool)

    assert (report.graded, report.score) == (False, None)


_GREEDY_SUITE = b'''
import torch
from grader.suite import assert_close, task


@task("add")
def test_add(student):
    """Adds."""
    assert_close(student.add(torch.ones(2), torch.ones(2)), 2 * torch.ones(2))


@task("hoard")
def test_hoard(student):
    """Takes all the memory that there is, in a process that the kernel ends last."""
    student.hoard(torch.ones(2))
    bytearray(8 << 30)


@task("last")
def test_last(student):
    """Comes after it."""
    assert_close(student.last(torch.ones(2)), torch.ones(2))
'''


def test_submission_that_leaves_every_sandbox_without_memory_loses_that_task_only() -> None:
    made: list[DockerSandbox] = []

    def make() -> DockerSandbox:
        made.append(DockerSandbox(job.limits))
        return made[-1]

    names = ("add", "hoard", "last")
    job = make_job(
        "def add(x, y):\n    return x + y\n\n\ndef hoard(x):\n    return x\n\n\nlast = hoard\n",
        suite=Suite(files={"test_greedy.py": _GREEDY_SUITE}, sha256="greedy"),
        tasks=tuple(make_task(name) for name in names),
        all_tasks=names,
        limits=Limits(memory_mib=64),
    )
    with Pool(make) as pool:
        answer = pool.grade(job)

    assert answer.problem is None
    assert [result.verdict for result in answer.results] == [Verdict.PASSED, Verdict.MEMORY, Verdict.PASSED]
    assert answer.results[1].message["en"] == "it used up the memory of the whole sandbox, alone too"
    assert len(made) == 6, "one in company, one alone, one for each task, and one that only says so"


def test_limits_that_docker_refuses_are_not_retried() -> None:
    limits = msgspec.structs.replace(Limits(), cpus=4096.0)

    with pytest.raises(EngineMissingError, match="refuses the limits"):
        DockerSandbox(limits).start()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda sent: sent.name)
def test_interrupted_check_leaves_no_container(sent: signal.Signals, tmp_path: Path) -> None:
    before = _containers()
    path = tmp_path / "vault.py"
    path.write_text(_ENDLESS)
    arguments = ["check", "vault", "--course", str(_VAULT.root), "--file", str(path), "--sandbox", "docker"]
    boot = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); import cli; cli.main()"
    process = subprocess.Popen(
        [sys.executable, "-c", boot, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=tmp_path
    )
    while not (ids := _containers() - before):
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        time.sleep(0.05)
    time.sleep(0.5)

    process.send_signal(sent)
    process.communicate(timeout=30)

    assert process.returncode == (130 if sent is not signal.SIGKILL else -signal.SIGKILL)
    assert _wait_until_gone(ids) == set()


def test_sandbox_errors_are_of_one_family() -> None:
    assert issubclass(EngineMissingError, SandboxError)
    assert issubclass(SandboxDiedError, SandboxError)
