"""What counts while a candidate is waited for: its own time, and not that of others on a busy machine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from grader.runtime.trusted.patience import Patience, RunQueue


class _Queue(RunQueue):
    """One that says how long a process waited for a processor."""

    def __init__(self) -> None:
        super().__init__(os.getpid())
        self.seconds = 0.0

    def waited_s(self) -> float:
        return self.seconds


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The clock on the wall, to be turned on."""
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    yield clock


def test_time_runs_from_the_beginning_and_goes_on_with_the_next_request(now: list[float]) -> None:
    patience, queue = Patience(2.0), _Queue()
    patience.begin(queue)
    now[0] += 0.5
    assert patience.left_s() == 1.5
    patience.end()
    now[0] += 100.0
    patience.begin(queue)
    now[0] += 1.0
    assert patience.left_s() == 0.5
    patience.end()
    assert patience.spent_s == 1.5


def test_time_in_which_others_had_the_processor_does_not_count(now: list[float]) -> None:
    patience, queue = Patience(2.0), _Queue()
    queue.seconds = 40.0  # before
    patience.begin(queue)
    now[0] += 3.0
    queue.seconds += 2.5
    assert patience.left_s() == 1.5
    now[0] += 1.5
    assert patience.left_s() == 0.0


def test_of_another_candidate_only_the_time_counts_in_which_it_was_waited_for(now: list[float]) -> None:
    patience, first, second = Patience(2.0), _Queue(), _Queue()
    second.seconds = 50.0
    patience.begin(first)
    now[0] += 1.0
    patience.end()
    patience.begin(second)
    now[0] += 1.5
    second.seconds += 1.0
    assert patience.left_s() == 0.5


def test_waiting_for_a_processor_ends_too(now: list[float]) -> None:
    patience, queue = Patience(2.0), _Queue()
    patience.begin(queue)
    now[0] += 8.0
    queue.seconds = 8.0
    assert patience.left_s() == 0.0


def test_nothing_is_waited_for_beyond_the_deadline(now: list[float]) -> None:
    patience = Patience(5.0, deadline=1001.0)
    patience.begin(_Queue())
    now[0] += 0.25
    assert patience.left_s() == 0.75
    now[0] += 1.0
    assert patience.left_s() == 0.0


def test_limit_is_reconsidered_once_and_only_when_it_is_used_up(now: list[float]) -> None:
    limits = iter([3.0])
    patience = Patience(1.0, reconsider=lambda: next(limits))
    patience.begin(_Queue())
    assert patience.left_s() == 1.0
    now[0] += 1.0
    assert patience.left_s() == 2.0
    now[0] += 2.0
    assert patience.left_s() == 0.0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how long a process waited")
def test_queue_knows_how_long_a_process_waited_for_a_processor() -> None:
    """Of four that compute on one core each waits three quarters of the time; one that sleeps never waits."""
    core = str(min(os.sched_getaffinity(0)))
    busy = f"import os\nos.sched_setaffinity(0, {{{core}}})\nwhile True:\n    pass\n"
    idle = f"import os, time\nos.sched_setaffinity(0, {{{core}}})\ntime.sleep(60)\n"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for code in (*[busy] * 4, idle)]
    queues = [RunQueue(process.pid) for process in processes]
    try:
        time.sleep(0.3)
        before = [queue.waited_s() for queue in queues]
        time.sleep(1.5)
        waited = [queue.waited_s() - start for queue, start in zip(queues, before, strict=True)]
    finally:
        for process, queue in zip(processes, queues, strict=True):
            process.kill()
            process.wait()
            queue.close()
    assert min(waited[:4]) > 0.75
    assert waited[4] < 0.1


def test_queue_of_a_process_that_is_gone_says_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    queue = RunQueue(process.pid)
    process.wait()
    assert queue.waited_s() == 0.0
    queue.close()
    queue.close()
    assert RunQueue(process.pid).waited_s() == 0.0
