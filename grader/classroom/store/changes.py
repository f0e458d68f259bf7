"""What instructors change by hand, and what they should know of: overrides and remarks."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import select

from grader.classroom.gradebook.gradebook import Override
from grader.classroom.store.audit_log import AuditEntry, append_entry, read_log
from grader.classroom.store.database import Database
from grader.classroom.store.tables import facts, overrides
from grader.course.roster import normal_id
from grader.submission.remarks import Remark

__all__ = ["Changes"]

_REMARKS = "remarks"


class Changes:
    """Reads and writes them in a database; every change is noted in the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def override(self, student: str, assignment: str, score: float | None, comment: str) -> None:
        """Sets a score by hand, or with None takes back what was set.

        Overrides are never changed, only followed by others.
        """
        details = {"student": student, "assignment": assignment, "score": score, "comment": comment}
        with self._database.transaction() as connection:
            action = "override" if score is not None else "remove_override"
            entry = append_entry(connection, action, details)
            row = {
                "student": student,
                "assignment": assignment,
                "is_removal": score is None,
                "score": score or 0.0,
                "comment": comment,
                "by": entry.actor,
                "at": entry.at,
            }
            connection.execute(overrides.insert().values(**row))

    def overrides(self) -> dict[tuple[str, str], Override]:
        """Returns what is set by hand now, by student and assignment."""
        found: dict[tuple[str, str], Override] = {}
        with self._database.transaction() as connection:
            for row in connection.execute(select(overrides).order_by(overrides.c.id)):
                key = normal_id(row.student), row.assignment  # older stores keep it as it was typed
                found.pop(key, None)
                if not row.is_removal:
                    at = datetime.fromisoformat(row.at)
                    found[key] = Override(score=row.score, comment=row.comment, by=row.by, at=at)
        return found

    def keep_remarks(self, remarks: tuple[Remark, ...], folder: str) -> None:
        """Keeps what was odd in the folder that was graded last, and notes in the audit log that it was."""
        row = {"name": _REMARKS, "value": msgspec.json.encode(remarks).decode()}
        with self._database.transaction() as connection:
            connection.execute(facts.delete().where(facts.c.name == _REMARKS))
            connection.execute(facts.insert().values(**row))
            append_entry(connection, "collect", {"folder": folder})

    def remarks(self) -> tuple[Remark, ...]:
        with self._database.transaction() as connection:
            value = connection.scalar(select(facts.c.value).where(facts.c.name == _REMARKS))
        return msgspec.json.decode(value, type=tuple[Remark, ...]) if value is not None else ()

    def log(self) -> list[AuditEntry]:
        """Returns the audit log, oldest entry first."""
        with self._database.transaction() as connection:
            return read_log(connection)
