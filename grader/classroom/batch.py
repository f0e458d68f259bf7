"""Judges many submissions in warm sandboxes, each once, and has each result kept before the next is begun.

It may be killed at any moment and started again: what was kept is not judged again, and what was not is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

from grader.classroom.ledger import Claim, DryLedger, Ledger, StoreLedger
from grader.classroom.store.store import Store
from grader.classroom.work import BatchOptions, Work
from grader.models import Report
from grader.pipeline import judge
from grader.sandbox.gpu import GpuSlots
from grader.sandbox.pools import Pools

__all__ = ["Done", "judge_and_keep", "judge_only"]

_ROUNDS = 2  # what failed on our side is tried once more after everything else
_POLL_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of one piece of work; the report is None if another command had judged it."""

    work: Work
    report: Report | None


OnDone = Callable[[Done], None]


def judge_and_keep(
    store: Store, work: list[Work], options: BatchOptions, *, on_done: OnDone = lambda done: None, action: str = "grade"
) -> None:
    """Judges all of it and keeps each result in the store as soon as it is there.

    Args:
        on_done: is told of each piece of work once, from any thread but one at a time.
        action: what the audit log calls it.

    Raises:
        EngineMissingError: if there is no such sandbox on this machine.
        UserError: if the store fails.
    """
    with store.claims as claims:
        _judge_all(StoreLedger(store, claims, action), work, options, on_done)


def judge_only(work: list[Work], options: BatchOptions, *, on_done: OnDone) -> None:
    """Judges all of it and keeps nothing. Arguments and errors as in `judge_and_keep`."""
    _judge_all(DryLedger(), work, options, on_done)


def _judge_all(ledger: Ledger, work: list[Work], options: BatchOptions, on_done: OnDone) -> None:
    if not work:
        return
    with Pools(options.sandbox, options.device) as pools:
        pools.pool(work[0].job.limits).warm()  # what the machine lacks is said now, and not of each submission
        _Batch(ledger, pools, options, on_done).run(work)


class _End(Enum):
    DONE = "done"
    FAILED = "failed"  # on our side
    ELSEWHERE = "elsewhere"


class _Batch:
    """What the threads of one batch share."""

    def __init__(self, ledger: Ledger, pools: Pools, options: BatchOptions, on_done: OnDone) -> None:
        self._ledger = ledger
        self._pools = pools
        self._jobs = options.jobs
        self._on_done = on_done
        self._slots = GpuSlots(list(options.gpus), options.gpus_per_job) if options.gpus else None
        self._telling = threading.Lock()

    def run(self, work: list[Work]) -> None:
        for attempt in range(1, _ROUNDS + 1):
            failed: list[Work] = []
            while work:
                ends = self._run_once(work, is_last=attempt == _ROUNDS)
                failed += [one for one, end in zip(work, ends, strict=True) if end is _End.FAILED]
                work = [one for one, end in zip(work, ends, strict=True) if end is _End.ELSEWHERE]
                if work:
                    time.sleep(_POLL_S)
            work = failed

    def _run_once(self, work: list[Work], *, is_last: bool) -> list[_End]:
        """Runs in threads: the work is done by other processes. On an exception the rest is called off."""
        executor = ThreadPoolExecutor(max_workers=self._jobs, thread_name_prefix="grade")
        try:
            waiting = [executor.submit(self._judge, one, is_last) for one in work]
            return [one.result() for one in waiting]
        finally:
            executor.shutdown(wait=True, cancel_futures=True)

    def _judge(self, work: Work, is_last: bool) -> _End:
        claim = self._ledger.claim(work)
        if claim is Claim.ELSEWHERE:
            return _End.ELSEWHERE
        report = None
        if claim is Claim.OURS:
            with self._gpus() as gpus:
                report = judge(work.request, work.job, self._pools.pool(work.job.limits, gpus))
            if not self._ledger.keep(work, report):
                return _End.ELSEWHERE  # this command stood still for so long that another took over
            if not report.graded and not is_last:
                return _End.FAILED
        with self._telling:
            self._on_done(Done(work=work, report=report))
        return _End.DONE

    @contextmanager
    def _gpus(self) -> Iterator[tuple[str, ...]]:
        if self._slots is None:
            yield ()
            return
        with self._slots.take() as gpus:
            yield tuple(gpus)
