"""Attempts in the store: each is kept once, under its number, with the best evidence of when it was handed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from grader.classroom.store.audit_log import append_entry
from grader.classroom.store.database import insert_new
from grader.classroom.store.matching import evidence_of, has_its_content, is_unread, row_of, without_copies
from grader.classroom.store.records import Arrival, AttemptRecord
from grader.classroom.store.tables import attempts, origins
from grader.models import Report, Text
from grader.submission.remarks import Remark
from grader.submission.times import Evidence

__all__ = ["moment", "record_of", "register", "rows_with_origins"]


def moment(at: datetime) -> str:
    """Returns a moment as the store writes it: UTC, so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def register(connection: Connection, arrivals: Iterable[Arrival]) -> list[Remark]:
    """Keeps what arrived and returns what is odd about it; see `Journal.register`."""
    seen_at = moment(datetime.now(UTC))
    kept, remarks = without_copies(arrivals)
    by_work: dict[tuple[str, str], list[Arrival]] = {}
    for arrival in kept:
        by_work.setdefault((arrival.student, arrival.assignment), []).append(arrival)
    found = (_register(connection, one, by_work[one.student, one.assignment], seen_at) for one in kept)
    return [*remarks, *filter(None, found)]


def rows_with_origins(connection: Connection, *where: Any) -> list[Row[Any]]:
    """Returns attempts with where they are from, as far as that is known, sorted by number."""
    both = select(attempts, *(column for column in origins.c if column.name != "attempt_id")).join(
        origins, origins.c.attempt_id == attempts.c.id, isouter=True
    )
    return list(connection.execute(both.where(*where).order_by(attempts.c.number)).all())


def record_of(row: Row[Any], report: Report | None) -> AttemptRecord:
    """Returns a row with its origin as a value."""
    return AttemptRecord(
        student=row.student,
        assignment=row.assignment,
        number=row.number,
        submitted_at=datetime.fromisoformat(row.submitted_at),
        seen_at=row.seen_at,
        path=row.path,
        submission_sha256=row.submission_sha256,
        refusal=row.refusal,
        evidence=evidence_of(row),
        file=row.file,
        notes=msgspec.json.decode(row.notes or "[]", type=tuple[Text, ...]),
        report=report,
    )


def _register(connection: Connection, arrival: Arrival, beside: list[Arrival], seen_at: str) -> Remark | None:
    of_student = (attempts.c.student == arrival.student, attempts.c.assignment == arrival.assignment)
    known = rows_with_origins(connection, *of_student)
    before = row_of(known, arrival, beside, seen_at)
    if before is None:
        number = _free_number(known, arrival)
        insert_new(connection, attempts, {**_row(arrival, seen_at), "number": number})
        where = (*of_student, attempts.c.number == number)
        _keep_origin(connection, connection.execute(select(attempts.c.id).where(*where)).scalar_one(), arrival)
        return None
    if is_unread(before):
        row = {**_row(arrival, seen_at), "number": before.number}
        connection.execute(attempts.update().where(attempts.c.id == before.id).values(row))
        _keep_origin(connection, before.id, arrival)
        return None
    connection.execute(attempts.update().where(attempts.c.id == before.id).values(seen_at=seen_at))
    if not has_its_content(before, arrival):
        message = f"attempt {before.number} is not what it was when it was first seen, which is still what counts"
        return Remark(path=arrival.path, message=message, student=arrival.student)
    return _seen_again(connection, before, arrival)


def _free_number(known: list[Row[Any]], arrival: Arrival) -> int:
    """Returns the receipt's number, unless a file without a receipt has it by now."""
    taken = {row.number for row in known}
    is_free = arrival.number is not None and arrival.number not in taken
    return arrival.number if is_free and arrival.number is not None else max(taken, default=0) + 1


def _seen_again(connection: Connection, before: Row[Any], arrival: Arrival) -> Remark | None:
    """Takes over better evidence, or what was corrected, and says so if there are two times."""
    after = moment(arrival.submitted_at)
    told = arrival.evidence.told["en"]
    if arrival.evidence.weight < evidence_of(before).weight:
        known = f"{evidence_of(before).told['en']} told before, {_shown(before.submitted_at)}"
        message = f"attempt {before.number} counts by what {known}; {told} would be {_shown(after)}"
        return (
            None
            if after == before.submitted_at
            else Remark(path=arrival.path, message=message, student=arrival.student)
        )
    _keep_origin(connection, before.id, arrival)
    if after == before.submitted_at:
        return None
    if _corrects(arrival.evidence, after, before):
        _correct_time(connection, before, arrival)
        message = (
            f"attempt {before.number} was handed in at {_shown(after)}, as {told} tells; {_shown(before.submitted_at)}"
        )
        return Remark(path=arrival.path, message=f"{message} counted so far", student=arrival.student)
    if arrival.evidence is Evidence.FILE:  # a later copy of what was there
        return None
    message = f"{told} tells another time of attempt {before.number} than when it was first seen, which still counts"
    return Remark(path=arrival.path, message=message, student=arrival.student)


def _corrects(evidence: Evidence, after: str, before: Row[Any]) -> bool:
    """Whether a time takes the place of one that evidence of at most its weight gave.

    Copies of a file get later, never earlier. A `timestamp.txt` is put right by hand. A receipt is given once.
    """
    if evidence is not evidence_of(before) or evidence is Evidence.TIMESTAMP:
        return True
    return evidence is Evidence.FILE and after < str(before.submitted_at)


def _correct_time(connection: Connection, before: Row[Any], arrival: Arrival) -> None:
    after = moment(arrival.submitted_at)
    connection.execute(attempts.update().where(attempts.c.id == before.id).values(submitted_at=after))
    details = {"student": before.student, "assignment": before.assignment, "attempt": before.number}
    times = {"before": before.submitted_at, "after": after, "evidence": arrival.evidence.value}
    append_entry(connection, "correct_time", {**details, **times})


def _shown(written: str) -> str:
    return f"{datetime.fromisoformat(written):%Y-%m-%d %H:%M:%S} UTC"


def _row(arrival: Arrival, seen_at: str) -> dict[str, Any]:
    """Returns what is kept of an attempt but for its number."""
    return {
        "student": arrival.student,
        "assignment": arrival.assignment,
        "submitted_at": moment(arrival.submitted_at),
        "seen_at": seen_at,
        "path": arrival.path,
        "submission_sha256": arrival.submission_sha256,
        "refusal": arrival.refusal,
    }


def _keep_origin(connection: Connection, attempt_id: int, arrival: Arrival) -> None:
    row: dict[str, object] = {
        "evidence": arrival.evidence.value,
        "file": arrival.file,
        "notes": msgspec.json.encode(arrival.notes).decode(),
    }
    if arrival.number is not None:
        row["receipt_number"] = arrival.number
    if not insert_new(connection, origins, {"attempt_id": attempt_id, **row}):
        connection.execute(origins.update().where(origins.c.attempt_id == attempt_id).values(**row))
