"""The journal: what arrived and how it was judged. Each result is durable as soon as it is kept, and never changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Column, Connection, Table, select

from grader.classroom.store.attempts import moment, record_of, register, rows_with_origins
from grader.classroom.store.database import Database
from grader.classroom.store.judgings import (
    KEY_COLUMNS,
    graded_keys_in,
    is_key,
    keep_sources,
    plan_of,
    source_of,
)
from grader.classroom.store.records import Arrival, AttemptRecord, JudgingKey
from grader.classroom.store.reports import ReportReader
from grader.classroom.store.tables import attempts, failures, gradings
from grader.errors import UserError
from grader.models import Job, Report, Submission
from grader.submission.remarks import Remark

__all__ = ["Journal"]

_ROWS_AT_ONCE = 100


class Journal:
    """Reads and writes the journal in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_sources(self, submissions: Iterable[Submission]) -> None:
        """Keeps the texts of submissions, which `register` says whose they are."""
        with self._database.transaction() as connection:
            keep_sources(connection, submissions)

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

    def assignments(self) -> list[str]:
        """Returns the slugs of what anybody handed in, sorted."""
        with self._database.transaction() as connection:
            found = connection.scalars(select(attempts.c.assignment).distinct().order_by(attempts.c.assignment))
            return list(found)

    def report(self, key: JudgingKey) -> Report | None:
        """Returns the report of a grading, if it was judged."""
        return self._report(gradings, key)

    def failure(self, key: JudgingKey) -> Report | None:
        """Returns the report that says why something is not graded, if it could not be judged."""
        return self._report(failures, key)

    def put_in_force(self, keys: Iterable[JudgingKey]) -> None:
        """Lets these gradings count, whatever was judged under other suites since; nothing is written if they do."""
        at = moment(datetime.now(UTC))
        order = (gradings.c.in_force_at, gradings.c.id)
        with self._database.transaction() as connection:
            rows = connection.execute(select(*KEY_COLUMNS).order_by(*order))
            latest = {key.subject: key for key in (JudgingKey(**row._mapping) for row in rows)}
            for key in keys:
                if latest.get(key.subject) != key:
                    connection.execute(gradings.update().where(*is_key(gradings, key)).values(in_force_at=at))

    def graded_keys(self) -> set[JudgingKey]:
        """Returns what was judged already."""
        with self._database.transaction() as connection:
            return graded_keys_in(connection)

    def gradings(self) -> list[tuple[JudgingKey, bytes]]:
        """Returns everything that was judged, with its report as it is kept."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(*KEY_COLUMNS, gradings.c.report)).all()
        names = JudgingKey.__struct_fields__
        return [(JudgingKey(**{name: getattr(row, name) for name in names}), row.report) for row in rows]

    def source(self, sha256: str) -> Submission:
        """Returns a submission as it was judged.

        Raises:
            UserError: if the store does not have it.
        """
        with self._database.transaction() as connection:
            return source_of(connection, sha256)

    def job(self, report: Report) -> Job:
        """Returns the very job that a report is of: the suite, the submission and the seed as they were.

        Raises:
            UserError: if the store does not have it.
        """
        if report.suite_sha256 is None or report.submission_sha256 is None:
            raise UserError("The store does not have what this report was made with.")
        with self._database.transaction() as connection:
            job = plan_of(connection, report.suite_sha256)
            submission = source_of(connection, report.submission_sha256)
        return msgspec.structs.replace(job, submission=submission, seed=report.seed, device=report.device)

    def _report(self, table: Table, key: JudgingKey) -> Report | None:
        with self._database.transaction() as connection:
            content = connection.scalar(select(table.c.report).where(*is_key(table, key)))
        return None if content is None else msgspec.json.decode(content, type=Report)


def _latest_reports(
    connection: Connection, table: Table, at: Column[str], reader: ReportReader
) -> dict[tuple[str, str, str | None], Report]:
    """Returns the last report of each submission; one is read after the other, never all of them as they are kept."""
    rows = connection.execute(select(table).order_by(at, table.c.id).execution_options(yield_per=_ROWS_AT_ONCE))
    return {(row.student, row.assignment, row.submission_sha256): reader.read(row.report) for row in rows}
