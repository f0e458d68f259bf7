"""A machine that cannot judge takes no work, and says why."""

from __future__ import annotations

from collections import namedtuple
from pathlib import Path

import pytest

from grader.classroom.work import BatchOptions
from grader.engine import ready
from grader.engine.ready import refuse_if_unfit
from grader.errors import EngineMissingError
from grader.machine.gpu import name_of_gpu
from grader.sandbox import factory

_Usage = namedtuple("_Usage", ["total", "used", "free"])
_CPU = BatchOptions(sandbox="process")


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What a sandbox was started with, of which there is none."""
    found: list[tuple[object, ...]] = []

    class Pool:
        def __enter__(self) -> Pool:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def warm(self) -> None:
            found.append(("warm",))

    def make_pool(name: str, limits: object, device: str, *, gpus: tuple[str, ...]) -> Pool:
        found.append((name, device, gpus))
        return Pool()

    monkeypatch.setattr(factory, "make_pool", make_pool)
    return found


def test_machine_that_can_judge_is_told_by_a_sandbox_that_starts(started: list[tuple[object, ...]]) -> None:
    refuse_if_unfit(_CPU, "1+a", {"1+a": 3, "1+b": 9})
    assert started == [("process", "cpu", ()), ("warm",)]


def test_another_version_takes_no_work(started: list[tuple[object, ...]]) -> None:
    with pytest.raises(EngineMissingError, match=r"by Gradus 1\+b, and this is 1\+a"):
        refuse_if_unfit(_CPU, "1+a", {"1+b": 9, "1+c": 2})
    assert started == []


def test_full_disk_takes_no_work(monkeypatch: pytest.MonkeyPatch, started: list[tuple[object, ...]]) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: _Usage(100 << 30, 0, 20 << 20))
    with pytest.raises(EngineMissingError, match="has 20 MiB left"):
        refuse_if_unfit(_CPU, "1", {})
    assert started == []


@pytest.mark.parametrize("has_gpu", [True, False])
def test_machine_without_the_gpu_that_was_asked_for_takes_no_work(
    has_gpu: bool, monkeypatch: pytest.MonkeyPatch, started: list[tuple[object, ...]]
) -> None:
    monkeypatch.setattr(ready, "name_of_gpu", lambda: "GPU 0" if has_gpu else None)
    options = BatchOptions(sandbox="process", device="cuda", gpus=("0",))
    if has_gpu:
        refuse_if_unfit(options, "1", {})
        assert started == [("process", "cuda", ("0",)), ("warm",)]
    else:
        with pytest.raises(EngineMissingError, match="no GPU on this machine"):
            refuse_if_unfit(options, "1", {})


@pytest.mark.docker
def test_docker_without_a_gpu_takes_no_work_for_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    if name_of_gpu() is not None:
        pytest.skip("needs a machine without a GPU")
    with pytest.raises(EngineMissingError):
        refuse_if_unfit(BatchOptions(sandbox="docker", device="cuda"), "1", {})
