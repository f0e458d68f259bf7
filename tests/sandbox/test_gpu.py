"""Shares of GPUs are handed out up to the whole of each, and come back whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from grader.errors import UserError
from grader.sandbox.gpu import GpuSlots

_SOON_S = 0.03
_PATIENCE_S = 5.0


class _Job(threading.Thread):
    """Takes a slot, says which, and keeps it until it is told to stop."""

    def __init__(self, slots: GpuSlots) -> None:
        super().__init__(daemon=True)
        self._slots = slots
        self.taken: list[str] = []
        self.runs = threading.Event()
        self.stop = threading.Event()

    def run(self) -> None:
        with self._slots.take() as taken:
            self.taken = taken
            self.runs.set()
            self.stop.wait(_PATIENCE_S)


@contextmanager
def _started(slots: GpuSlots) -> Iterator[_Job]:
    job = _Job(slots)
    job.start()
    try:
        yield job
    finally:
        job.stop.set()
        job.join(_PATIENCE_S)


@pytest.mark.parametrize(
    ("devices", "share", "together"),
    [
        (["0"], 1.0, 1),
        (["0"], 0.5, 2),
        (["0"], 0.25, 4),
        (["0"], 0.1, 10),
        (["0"], 1 / 3, 3),
        (["0"], 0.3, 3),
        (["0"], 0.6, 1),
        (["0", "1"], 1.0, 2),
        (["0", "1"], 0.5, 4),
        (["0", "1", "2"], 2.0, 1),
        (["0", "1", "2", "3"], 2.0, 2),
    ],
)
def test_slots_hold_as_many_jobs_as_fit_and_no_more(devices: list[str], share: float, together: int) -> None:
    slots = GpuSlots(devices, share)
    with ExitStack() as stack:
        for _ in range(together):
            stack.enter_context(slots.take())
        with _started(slots) as waiting:
            assert not waiting.runs.wait(_SOON_S)
            stack.close()
            assert waiting.runs.wait(_PATIENCE_S)


def test_slots_give_a_job_several_different_gpus() -> None:
    with GpuSlots(["0", "1", "2"], 2).take() as taken:
        assert len(set(taken)) == 2


def test_slots_fill_a_gpu_before_they_begin_another() -> None:
    slots = GpuSlots(["0", "1"], 0.5)
    with slots.take() as first, slots.take() as second, slots.take() as third:
        assert first == second
        assert third != first


def test_slots_keep_the_ids_as_docker_names_them() -> None:
    with GpuSlots(["MIG-3f"], 1).take() as taken:
        assert taken == ["MIG-3f"]


def test_slot_comes_back_after_an_exception() -> None:
    slots = GpuSlots(["0"], 1)
    with pytest.raises(RuntimeError), slots.take():
        raise RuntimeError("the job failed")
    with _started(slots) as job:
        assert job.runs.wait(_PATIENCE_S)


def test_slots_of_thirds_add_up_to_a_whole_again() -> None:
    slots = GpuSlots(["0"], 1 / 3)
    for _ in range(20):
        with slots.take(), slots.take(), slots.take():
            pass
    assert set(slots._free.values()) == {1}


def test_two_threads_never_share_a_whole_gpu() -> None:
    slots, inside, most = GpuSlots(["0"], 1), [0], [0]

    def work() -> None:
        for _ in range(200):
            with slots.take():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE_S)
    assert not any(thread.is_alive() for thread in threads)
    assert most == [1]


@pytest.mark.parametrize("share", [0.0, -1.0, 1.5, 2.25, 0.001, float("nan"), float("inf")])
def test_slots_refuse_a_share_that_makes_no_sense(share: float) -> None:
    with pytest.raises(UserError, match="gpus_per_job"):
        GpuSlots(["0", "1", "2"], share)


@pytest.mark.parametrize(
    ("devices", "share"), [([], 0.25), ([], 1.0), (["0"], 2.0)], ids=["none for a share", "none", "too few"]
)
def test_slots_refuse_a_share_that_no_job_could_ever_get(devices: list[str], share: float) -> None:
    with pytest.raises(UserError, match="A job needs .* GPUs, but there are"):
        GpuSlots(devices, share)


def test_slots_refuse_a_gpu_that_is_named_twice() -> None:
    """Counted as two it would let a job wait for ever."""
    with pytest.raises(UserError):
        GpuSlots(["0", "0"], 2)
