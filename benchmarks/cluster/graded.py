"""Submissions that were judged, taken from a store, and as many like them as another store is to be filled with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

import msgspec
from sqlalchemy import Table

from benchmarks.commands import NotMeasuredError
from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database
from grader.classroom.store.journal import Journal
from grader.classroom.store.queue import Queue, Scope
from grader.classroom.store.records import Arrival, JudgingKey, Pending
from grader.classroom.store.tables import claims, pending
from grader.models import Job, Report, Submission
from grader.submission.times import Evidence

__all__ = ["SCOPE", "Graded", "fill", "graded_ones", "let_wait"]

SCOPE = Scope(version="measured")
_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Graded:
    """A submission with all that is kept of it."""

    key: JudgingKey
    job: Job
    report: Report

    def again(self, student: str) -> Graded:
        """Returns the same of another student, as another text."""
        submission = self.job.submission
        submission = Submission.of(submission.file_name, submission.source + f"\n# {student}\n".encode())
        key = msgspec.structs.replace(self.key, student=student, submission_sha256=submission.sha256)
        return Graded(key=key, job=msgspec.structs.replace(self.job, submission=submission), report=self.report)

    @property
    def arrival(self) -> Arrival:
        file = self.job.submission.file_name
        return Arrival(
            student=self.key.student,
            assignment=self.key.assignment,
            number=None,
            submitted_at=datetime.now(UTC),
            evidence=Evidence.FILE,
            path=f"{self.key.student}/{file}",
            file=file,
            submission_sha256=self.key.submission_sha256,
            refusal=None,
        )


def graded_ones(database: Database, most: int) -> list[Graded]:
    """Returns some of what a store holds, spread over all of it.

    Raises:
        NotMeasuredError: if nothing was graded.
    """
    journal = Journal(database)
    found = journal.gradings()
    if not found:
        raise NotMeasuredError(f"Nothing was graded in the store `{database.url}`.")
    chosen = found[:: max(1, len(found) // most)][:most]
    reports = ((key, msgspec.json.decode(content, type=Report)) for key, content in chosen)
    return [Graded(key=key, job=journal.job(report), report=report) for key, report in reports]


def fill(database: Database, samples: list[Graded], count: int) -> None:
    """Hands in so many submissions like the samples, as `learn grade` does: they arrive, and wait to be judged."""
    new = [one.again(f"student-{number}") for number, one in enumerate(islice(cycle(samples), count))]
    journal = Journal(database)
    journal.keep_sources([one.job.submission for one in new])
    journal.register([one.arrival for one in new])
    waiting = [Pending(key=one.key, seed=one.job.seed) for one in new]
    Queue(database, Claims(database)).put(waiting, {one.key.suite_sha256: one.job for one in samples}, SCOPE)


def let_wait(database: Database, samples: list[Graded], count: int, claimed: int) -> None:
    """Lets so many wait behind all others, and workers elsewhere hold so many claims; the texts are the samples'."""
    Journal(database).keep_sources([one.job.submission for one in samples])
    keys = (
        msgspec.structs.replace(one.key, student=f"waiting-{number}")
        for number, one in enumerate(islice(cycle(samples), count))
    )
    _insert(database, pending, (_row(key) for key in keys))
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="microseconds")
    owner = {"owner": "another", "host": "another", "pid": 1, "process_started": "", "expires_at": later}
    _insert(database, claims, ({"key": f"claimed {number}", **owner} for number in range(claimed)))


def _row(key: JudgingKey) -> dict[str, object]:
    plan = {"seed": 1, "language": "en", "action": "grade", "version": SCOPE.version, "priority": 1, "tries": 0}
    return {"key": key.text, **msgspec.structs.asdict(key), **plan}


def _insert(database: Database, table: Table, rows: Iterable[dict[str, object]]) -> None:
    left = iter(rows)
    with database.transaction() as connection:
        while some := list(islice(left, _AT_ONCE)):
            connection.execute(table.insert(), some)
