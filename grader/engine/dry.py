"""Work that is tried and not kept: what a dry run takes from, and where its reports are found."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Mapping

import msgspec

from grader.classroom.store.journal import Journal
from grader.classroom.store.queue import Scope, Taken
from grader.classroom.store.records import JudgingKey, Pending
from grader.models import Job, Report

__all__ = ["DryRun"]

_TRIES = 2


class DryRun:
    """A source of work beside the store, of which only texts are read.

    Args:
        plans: by the hash of their suites, the jobs without a submission.

    Attributes:
        reports: what came of it.
    """

    def __init__(self, journal: Journal, wanted: Iterable[Pending], plans: Mapping[str, Job]) -> None:
        self._journal = journal
        self._plans = plans
        self._left = deque((one, 1) for one in wanted)
        self._at_work = 0
        self._lock = threading.Lock()
        self.reports: dict[JudgingKey, Report] = {}

    def take(self, scope: Scope) -> Taken | None:
        with self._lock:
            if not self._left:
                return None
            one, tries = self._left.popleft()
            self._at_work += 1
        job = msgspec.structs.replace(
            self._plans[one.key.suite_sha256],
            submission=self._journal.source(one.key.submission_sha256),
            seed=one.seed,
            device=one.key.device,
        )
        return Taken(pending=one, job=job, tries=tries)

    def keep(self, taken: Taken, report: Report) -> bool:
        with self._lock:
            self._at_work -= 1
            if not report.graded and taken.tries < _TRIES:
                self._left.append((taken.pending, taken.tries + 1))
                return False
            self.reports[taken.pending.key] = report
        return True

    def give_back(self, taken: Taken) -> None:
        with self._lock:
            self._at_work -= 1
            self._left.append((taken.pending, taken.tries))

    def waiting(self, scope: Scope) -> int:
        with self._lock:
            return len(self._left) + self._at_work
