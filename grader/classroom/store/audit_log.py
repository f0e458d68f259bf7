"""The audit log: an append-only table whose entries are chained by hash, so that no past entry can be changed unseen.

Each entry's hash is the SHA-256 of the canonical JSON of its number, time, actor, action, details and the hash of the
entry before it. Whoever noted the last hash can tell later whether entries up to it are still what they were.
"""

from __future__ import annotations

import getpass
import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select, text

from grader.classroom.store.tables import audit
from grader.models import Value

__all__ = ["AuditEntry", "Broken", "append_entry", "check_chain", "read_log"]

_START = "0" * 64


class AuditEntry(Value, frozen=True, kw_only=True):
    """One thing that was done.

    Attributes:
        action: `grade`, `regrade`, `override`, `remove_override`, `collect` or `correct_time`.
        details: of the action, as JSON.
        previous: the hash of the entry before it; zeros for the first.
    """

    number: int
    at: str
    actor: str
    action: str
    details: str
    previous: str
    hash: str


class Broken(Value, frozen=True, kw_only=True):
    """Where the chain does not hold, and why."""

    number: int
    message: str


def append_entry(connection: Connection, action: str, details: dict[str, Any]) -> AuditEntry:
    """Adds an entry within the transaction of what it is about: either both are kept or neither."""
    if connection.dialect.name == "postgresql":  # SQLite's transactions exclude each other anyway
        connection.execute(text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))
    last = connection.execute(select(audit).order_by(audit.c.number.desc()).limit(1)).one_or_none()
    entry = AuditEntry(
        number=1 if last is None else last.number + 1,
        at=datetime.now(UTC).isoformat(timespec="microseconds"),
        actor=_actor(),
        action=action,
        details=msgspec.json.encode(details, order="sorted").decode(),
        previous=_START if last is None else last.hash,
        hash="",
    )
    entry = msgspec.structs.replace(entry, hash=_hash(entry))
    connection.execute(audit.insert().values(**msgspec.structs.asdict(entry)))
    return entry


def read_log(connection: Connection) -> list[AuditEntry]:
    """Returns all entries, oldest first."""
    rows = connection.execute(select(audit).order_by(audit.c.number))
    return [AuditEntry(**row._mapping) for row in rows]


def check_chain(entries: list[AuditEntry]) -> Broken | None:
    """Returns the first place where an entry was changed, removed or put in between."""
    previous = _START
    for number, entry in enumerate(entries, 1):
        if entry.number != number:
            return Broken(number=number, message=f"entry {number} is not there")
        if entry.previous != previous:
            return Broken(number=number, message="it does not follow from the entry before it")
        if entry.hash != _hash(entry):
            return Broken(number=number, message="its hash is not that of its content")
        previous = entry.hash
    return None


def _hash(entry: AuditEntry) -> str:
    content = (entry.number, entry.at, entry.actor, entry.action, entry.details, entry.previous)
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _actor() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"
