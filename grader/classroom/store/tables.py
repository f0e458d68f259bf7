"""The tables of the store. Moments are ISO 8601 texts in UTC, so that every database keeps and sorts them alike."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "attempts",
    "audit",
    "claims",
    "facts",
    "failures",
    "gradings",
    "metadata",
    "origins",
    "overrides",
    "pending",
    "plans",
    "sources",
]

metadata = MetaData()

facts = Table("facts", metadata, Column("name", String, primary_key=True), Column("value", Text, nullable=False))

sources = Table(
    "sources",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("file_name", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

plans = Table(
    "plans",
    metadata,
    Column("suite_sha256", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("student", String, nullable=False),
    Column("assignment", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("submitted_at", String, nullable=False),
    Column("seen_at", String, nullable=False),
    Column("path", Text, nullable=False),
    Column("submission_sha256", String),
    Column("refusal", Text),
    UniqueConstraint("student", "assignment", "number"),
)

origins = Table(  # what stores of old do not have
    "origins",
    metadata,
    Column("attempt_id", Integer, primary_key=True, autoincrement=False),
    Column("evidence", String, nullable=False),
    Column("receipt_number", Integer),
    Column("file", Text, nullable=False),
    Column("notes", Text, nullable=False),
)

_KEY = ("student", "assignment", "submission_sha256", "suite_sha256", "device")


def _judged(name: str, *columns: Column[str] | Column[float]) -> Table:
    """What was judged, under which suite and on which device: at most one row for each."""
    return Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=True),
        *(Column(part, String, nullable=False) for part in _KEY),
        Column("at", String, nullable=False),
        Column("report", LargeBinary, nullable=False),
        *columns,
        UniqueConstraint(*_KEY),
    )


gradings = _judged(
    "gradings",
    Column("score", Float, nullable=False),
    Column("in_force_at", String, nullable=False),  # of several suites' gradings of a submission the latest counts
)
failures = _judged("failures")

pending = Table(  # what waits to be judged, claimed or not
    "pending",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    *(Column(part, String, nullable=False) for part in _KEY),
    Column("seed", BigInteger, nullable=False),
    Column("language", String, nullable=False),
    Column("action", String, nullable=False),
    Column("version", String, nullable=False),  # of Gradus, which alone may judge it
    Column("priority", Integer, nullable=False),
    Column("tries", Integer, nullable=False),  # how often somebody took it
    Index("pending_in_turn", "tries", "priority", "assignment", "id"),
)

claims = Table(
    "claims",
    metadata,
    Column("key", Text, primary_key=True),
    Column("owner", String, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("process_started", String, nullable=False),
    Column("expires_at", String, nullable=False),
)

overrides = Table(
    "overrides",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("student", String, nullable=False),
    Column("assignment", String, nullable=False),
    Column("is_removal", Boolean, nullable=False),
    Column("score", Float, nullable=False),
    Column("comment", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("details", Text, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
)
