"""Arrivals, reports and jobs for the tests of the store."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database
from grader.classroom.store.journal import Journal
from grader.classroom.store.queue import Queue, Scope
from grader.classroom.store.records import Arrival, JudgingKey, Pending
from grader.models import Job, Problem, ProblemKind, Report, Submission
from grader.submission.times import Evidence
from tests.support.factories import make_job

SCOPE = Scope(version="tests")
NOON = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


def make_source(text: str) -> Submission:
    source = text.encode()
    return Submission(file_name="sums.py", source=source, sha256=hashlib.sha256(source).hexdigest())


def make_arrival(text: str = "x = 1", student: str = "ada", number: int | None = None, hours: float = 0.0) -> Arrival:
    return Arrival(
        student=student,
        assignment="sums",
        number=number,
        submitted_at=NOON + timedelta(hours=hours),
        evidence=Evidence.FILE,
        path=f"{student}/sums.py",
        file="sums.py",
        submission_sha256=make_source(text).sha256,
        refusal=None,
    )


def make_key(text: str = "x = 1", student: str = "ada", suite: str = "5" * 64) -> JudgingKey:
    return JudgingKey(
        student=student,
        assignment="sums",
        submission_sha256=make_source(text).sha256,
        suite_sha256=suite,
        device="cpu",
    )


def make_job_for(key: JudgingKey, text: str = "x = 1", seed: int = 7) -> Job:
    job = make_job()
    suite = msgspec.structs.replace(job.suite, sha256=key.suite_sha256)
    return msgspec.structs.replace(job, suite=suite, submission=make_source(text), seed=seed)


def put(database: Database, claims: Claims, *keys: JudgingKey, text: str = "x = 1", seed: int = 7) -> Queue:
    """Lets submissions of one text wait in a queue, and returns it."""
    queue = Queue(database, claims)
    Journal(database).keep_sources([make_source(text)])
    plans = {key.suite_sha256: make_job_for(key, text) for key in keys}
    queue.put([Pending(key=key, seed=seed) for key in keys], plans, SCOPE)
    return queue


def keep(database: Database, claims: Claims, key: JudgingKey, report: Report, *, text: str = "x = 1") -> bool:
    """Has a submission go through the queue to a result."""
    queue = put(database, claims, key, text=text, seed=report.seed)
    taken = queue.take(SCOPE)
    assert taken is not None and taken.pending.key == key
    return queue.keep(taken, report)


def make_report_for(key: JudgingKey, score: float | None = 6.0, seed: int = 7, **changes: Any) -> Report:
    problem = None if score is not None else Problem(kind=ProblemKind.SANDBOX, message="It went away.")
    fields: dict[str, Any] = {
        "assignment": key.assignment,
        "student": key.student,
        "graded": score is not None,
        "score": score,
        "max_score": 10.0,
        "seed": seed,
        "sandbox": "process",
        "device": key.device,
        "submission_sha256": key.submission_sha256,
        "suite_sha256": key.suite_sha256 if score is not None else None,
        "image": None,
        "duration_s": 0.1,
        "tasks": (),
        "output": "",
        "problem": problem,
    }
    return Report(**{**fields, **changes})
