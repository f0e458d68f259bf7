"""What was judged, and what it was judged with, within a transaction: results, sources, plans."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, select

from grader.classroom.store.attempts import moment
from grader.classroom.store.audit_log import append_entry
from grader.classroom.store.database import insert_new
from grader.classroom.store.records import JudgingKey
from grader.classroom.store.tables import failures, gradings, plans, sources
from grader.errors import UserError
from grader.models import Job, Report, Submission

__all__ = [
    "KEY_COLUMNS",
    "NO_SUBMISSION",
    "graded_keys_in",
    "is_key",
    "keep_in",
    "keep_plan",
    "keep_sources",
    "plan_of",
    "source_of",
]

NO_SUBMISSION = Submission(file_name="", source=b"", sha256="")
KEY_COLUMNS = [gradings.c[name] for name in JudgingKey.__struct_fields__]


def is_key(table: Table, key: JudgingKey) -> tuple[ColumnElement[bool], ...]:
    """Returns what a row is found by."""
    return tuple(table.c[name] == value for name, value in msgspec.structs.asdict(key).items())


def keep_in(connection: Connection, key: JudgingKey, report: Report, action: str) -> bool:
    """Keeps a result; returns False if there is one already.

    A result that was graded is kept for good and noted in the audit log under an action; one that was not is kept
    until another one comes.
    """
    content = msgspec.json.encode(report)
    at = moment(datetime.now(UTC))
    row = {**msgspec.structs.asdict(key), "at": at, "report": content}
    connection.execute(failures.delete().where(*is_key(failures, key)))
    if report.score is None:
        connection.execute(failures.insert().values(**row))
        return True
    if not insert_new(connection, gradings, {**row, "score": report.score, "in_force_at": at}):
        return False
    append_entry(connection, action, _entry(key, report, content))
    return True


def graded_keys_in(connection: Connection) -> set[JudgingKey]:
    """Returns what was judged already."""
    return {JudgingKey(**row._mapping) for row in connection.execute(select(*KEY_COLUMNS))}


def keep_sources(connection: Connection, submissions: Iterable[Submission]) -> None:
    """Keeps the texts of submissions, each once."""
    for one in submissions:
        insert_new(connection, sources, {"sha256": one.sha256, "file_name": one.file_name, "content": one.source})


def source_of(connection: Connection, sha256: str) -> Submission:
    """Returns a submission as it came.

    Raises:
        UserError: if the store does not have it.
    """
    row = connection.execute(select(sources).where(sources.c.sha256 == sha256)).one_or_none()
    if row is None:
        raise UserError(f"The store has no submission {sha256[:12]}.")
    return Submission(file_name=row.file_name, source=row.content, sha256=row.sha256)


def keep_plan(connection: Connection, job: Job) -> None:
    """Keeps what a suite judges with, once."""
    plan = msgspec.structs.replace(job, submission=NO_SUBMISSION)
    insert_new(connection, plans, {"suite_sha256": job.suite.sha256, "content": msgspec.msgpack.encode(plan)})


def plan_of(connection: Connection, suite_sha256: str) -> Job:
    """Returns what a suite judges with: a job without a submission.

    Raises:
        UserError: if the store does not have it.
    """
    content = connection.scalar(select(plans.c.content).where(plans.c.suite_sha256 == suite_sha256))
    if content is None:
        raise UserError(f"The store has no suite {suite_sha256[:12]}.")
    return msgspec.msgpack.decode(content, type=Job)


def _entry(key: JudgingKey, report: Report, content: bytes) -> dict[str, object]:
    digest = hashlib.sha256(content).hexdigest()
    return {**msgspec.structs.asdict(key), "score": report.score, "seed": report.seed, "report_sha256": digest}
