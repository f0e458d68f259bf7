"""The worker's loop: take a submission, judge it in a warm sandbox, have the result kept. There is no other one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from grader.classroom.store.queue import Scope, Taken
from grader.classroom.work import BatchOptions
from grader.errors import EngineMissingError, SandboxError
from grader.models import Job, Limits, ProblemKind, Report
from grader.pipeline import Heading, judge
from grader.sandbox import factory
from grader.sandbox.gpu import GpuSlots
from grader.sandbox.pool import Pool
from grader.sandbox.pools import Pools

__all__ = ["Source", "Worker"]

_POLL_S = 0.5
_STARTS = 3
_RECOVERY_S = 2.0


class Source(Protocol):
    """Where work comes from and results go: the store's queue, or a list that keeps nothing."""

    def take(self, scope: Scope) -> Taken | None:
        """Returns a submission that nobody else judges, or None if there is none just now."""
        ...

    def keep(self, taken: Taken, report: Report) -> bool:
        """Keeps a result; returns False if it is wanted no longer."""
        ...

    def give_back(self, taken: Taken) -> None:
        """Lets another worker have it, as if it had not been taken."""
        ...

    def waiting(self, scope: Scope) -> int:
        """Returns how much is not done yet."""
        ...


class Worker:
    """Judges one submission after the other; several threads may run one worker, each in sandboxes of its own.

    Args:
        until_empty: end when nothing waits any more, wherever it is judged; else go on until told to stop.
        stop: tells it to end, once it is done with what it is at.
    """

    def __init__(
        self,
        source: Source,
        scope: Scope,
        pools: Pools,
        options: BatchOptions,
        *,
        until_empty: bool,
        stop: threading.Event,
    ) -> None:
        self._source = source
        self._scope = scope
        self._pools = pools
        self._options = options
        self._until_empty = until_empty
        self._stop = stop
        self._slots = GpuSlots(list(options.gpus), options.gpus_per_job) if options.gpus else None
        self._images: dict[Limits, str | None] = {}

    def run(self) -> int:
        """Works, and returns how many results it had kept.

        Raises:
            EngineMissingError: if this machine cannot judge, or cannot any longer; what it was at is free again.
            UserError: if the store fails.
        """
        kept = 0
        while not self._stop.is_set():
            taken = self._source.take(self._scope)
            if taken is not None:
                kept += self._judge(taken)
            elif self._until_empty and not self._source.waiting(self._scope):
                break
            else:
                self._stop.wait(_POLL_S)
        return kept

    def _judge(self, taken: Taken) -> bool:
        with self._gpus() as gpus:
            pool = self._pool_for(taken, gpus)
            report = judge(self._heading(taken), taken.job, pool)
            if report.problem is not None and report.problem.kind is ProblemKind.SANDBOX:
                self._refuse_if_unfit(pool)
        return self._source.keep(taken, report)

    def _pool_for(self, taken: Taken, gpus: tuple[str, ...]) -> Pool:
        try:
            return self._pools.pool(taken.job.limits, gpus)
        except SandboxError:
            self._source.give_back(taken)
            raise

    def _refuse_if_unfit(self, pool: Pool) -> None:
        """Tells whose fault it was that nothing came of a submission: where no sandbox starts, the machine's.

        The claim ends with the worker, and the try counts: it may be the submission that machine after machine breaks
        down under.
        """
        for _ in range(_STARTS):
            try:
                return pool.warm()
            except SandboxError as error:
                reason = error
                self._stop.wait(_RECOVERY_S)
        raise EngineMissingError(f"This machine can judge no longer. {reason}") from reason

    def _heading(self, taken: Taken) -> Heading:
        job, one = taken.job, taken.pending
        return Heading(
            assignment=one.key.assignment,
            student=one.key.student,
            max_score=sum(task.points for task in job.tasks),
            seed=job.seed,
            device=job.device,
            sandbox=self._options.sandbox,
            image=self._image(job),
            language=one.language,
        )

    def _image(self, job: Job) -> str | None:
        if job.limits not in self._images:
            self._images[job.limits] = factory.image_of(self._options.sandbox, job.limits, job.device)
        return self._images[job.limits]

    @contextmanager
    def _gpus(self) -> Iterator[tuple[str, ...]]:
        if self._slots is None:
            yield ()
            return
        with self._slots.take() as gpus:
            yield tuple(gpus)
