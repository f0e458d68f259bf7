"""The journal: what arrived and how it was judged. Each result is durable as soon as it is kept, and never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Table, select

from grader.classroom.store.attempts import moment, record_of, register, rows_with_origins
from grader.classroom.store.audit_log import append_entry
from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database, insert_new
from grader.classroom.store.records import Arrival, AttemptRecord, JudgingKey
from grader.classroom.store.reports import ReportReader
from grader.classroom.store.tables import failures, gradings, plans, sources
from grader.errors import UserError
from grader.models import Job, Report, Submission
from grader.submission.remarks import Remark

__all__ = ["NO_SUBMISSION", "Journal"]

_KEY = JudgingKey.__struct_fields__
_ROWS_AT_ONCE = 100
_KEY_COLUMNS = [gradings.c[name] for name in _KEY]
NO_SUBMISSION = Submission(file_name="", source=b"", sha256="")


class Journal:
    """Reads and writes the journal in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(self, arrivals: Iterable[Arrival]) -> list[Remark]:
        """Keeps what arrived, under an attempt number each, and returns what is odd about it.

        What was kept before is not kept twice: a file is known by its content, or by the number that it came with.
        When it was handed in is corrected by better evidence, by an edited `timestamp.txt` and by an earlier time of
        the file; each correction is a remark, and noted in the audit log.
        """
        with self._database.transaction() as connection:
            return register(connection, arrivals)

    def attempts(self) -> list[AttemptRecord]:
        """Returns all attempts with their latest reports, sorted by student, assignment and number."""
        with self._database.transaction() as connection:
            reader = ReportReader()
            reports = _latest_reports(connection, failures, failures.c.at, reader)
            reports |= _latest_reports(connection, gradings, gradings.c.in_force_at, reader)
            rows = rows_with_origins(connection)
        records = [record_of(row, reports.get((row.student, row.assignment, row.submission_sha256))) for row in rows]
        return sorted(records, key=lambda record: (record.student, record.assignment, record.number))

    def report(self, key: JudgingKey) -> Report | None:
        """Returns the report of a grading, if it was judged."""
        with self._database.transaction() as connection:
            content = connection.scalar(select(gradings.c.report).where(*_is(gradings, key)))
        return None if content is None else msgspec.json.decode(content, type=Report)

    def put_in_force(self, keys: Iterable[JudgingKey]) -> None:
        """Lets these gradings count, whatever was judged under other suites since; nothing is written if they do."""
        at = moment(datetime.now(UTC))
        order = (gradings.c.in_force_at, gradings.c.id)
        with self._database.transaction() as connection:
            rows = connection.execute(select(*_KEY_COLUMNS).order_by(*order))
            latest = {key.subject: key for key in (JudgingKey(**row._mapping) for row in rows)}
            for key in keys:
                if latest.get(key.subject) != key:
                    connection.execute(gradings.update().where(*_is(gradings, key)).values(in_force_at=at))

    def graded_keys(self) -> set[JudgingKey]:
        """Returns what was judged already."""
        with self._database.transaction() as connection:
            return {JudgingKey(**row._mapping) for row in connection.execute(select(*_KEY_COLUMNS))}

    def gradings(self) -> list[tuple[JudgingKey, bytes]]:
        """Returns everything that was judged, with its report as it is kept."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(*_KEY_COLUMNS, gradings.c.report)).all()
        return [(JudgingKey(**{name: getattr(row, name) for name in _KEY}), row.report) for row in rows]

    def keep(self, key: JudgingKey, job: Job, report: Report, claims: Claims, action: str = "grade") -> bool:
        """Keeps the result of a judging and ends its claim; returns False if the claim was lost to another command.

        A result that was graded is kept for good and noted in the audit log; one that was not may be tried again.
        """
        content = msgspec.json.encode(report)
        at = moment(datetime.now(UTC))
        row = {**msgspec.structs.asdict(key), "at": at, "report": content}
        with self._database.transaction() as connection:
            if not claims.end(connection, key.text):
                return False
            connection.execute(failures.delete().where(*_is(failures, key)))
            if report.score is None:
                connection.execute(failures.insert().values(**row))
                return True
            if not insert_new(connection, gradings, {**row, "score": report.score, "in_force_at": at}):
                return False
            _keep_plan(connection, job)
            append_entry(connection, action, _entry(key, report, content))
        return True

    def source(self, sha256: str) -> Submission:
        """Returns a submission as it was judged.

        Raises:
            UserError: if the store does not have it.
        """
        with self._database.transaction() as connection:
            row = connection.execute(select(sources).where(sources.c.sha256 == sha256)).one_or_none()
        if row is None:
            raise UserError(f"The store `{self._database.url}` has no submission {sha256[:12]}.")
        return Submission(file_name=row.file_name, source=row.content, sha256=row.sha256)

    def job(self, report: Report) -> Job:
        """Returns the very job that a report is of: the suite, the submission and the seed as they were.

        Raises:
            UserError: if the store does not have it.
        """
        with self._database.transaction() as connection:
            content = connection.scalar(select(plans.c.content).where(plans.c.suite_sha256 == report.suite_sha256))
        if content is None or report.submission_sha256 is None:
            raise UserError(f"The store `{self._database.url}` does not have what this report was made with.")
        job = msgspec.msgpack.decode(content, type=Job)
        submission = self.source(report.submission_sha256)
        return msgspec.structs.replace(job, submission=submission, seed=report.seed, device=report.device)


def _latest_reports(
    connection: Connection, table: Table, at: Column[str], reader: ReportReader
) -> dict[tuple[str, str, str | None], Report]:
    """Returns the last report of each submission; one is read after the other, never all of them as they are kept."""
    rows = connection.execute(select(table).order_by(at, table.c.id).execution_options(yield_per=_ROWS_AT_ONCE))
    return {(row.student, row.assignment, row.submission_sha256): reader.read(row.report) for row in rows}


def _is(table: Table, key: JudgingKey) -> tuple[ColumnElement[bool], ...]:
    return tuple(table.c[name] == value for name, value in msgspec.structs.asdict(key).items())


def _keep_plan(connection: Connection, job: Job) -> None:
    plan = msgspec.structs.replace(job, submission=NO_SUBMISSION)
    insert_new(connection, plans, {"suite_sha256": job.suite.sha256, "content": msgspec.msgpack.encode(plan)})


def _entry(key: JudgingKey, report: Report, content: bytes) -> dict[str, object]:
    digest = hashlib.sha256(content).hexdigest()
    return {**msgspec.structs.asdict(key), "score": report.score, "seed": report.seed, "report_sha256": digest}
