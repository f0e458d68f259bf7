"""Looks whether the audit log still holds: its chain of hashes, and that the grades in the store are those it names."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from grader.classroom.store.audit_log import AuditEntry, check_chain
from grader.classroom.store.records import JudgingKey
from grader.classroom.store.store import Store
from grader.models import Value

__all__ = ["Audit", "audit_store"]

_JUDGING = ("grade", "regrade")


class Audit(Value, frozen=True, kw_only=True):
    """What `learn audit --json` prints.

    Attributes:
        head: the hash of the last entry: noted elsewhere, it proves later that nothing before it was changed.
        problems: what does not hold.
    """

    format_version: int = 1
    entries: tuple[AuditEntry, ...]
    head: str | None
    problems: tuple[str, ...]


def audit_store(store: Store, expected: str | None = None) -> Audit:
    """Reads the log and checks it.

    Args:
        expected: a hash that an entry must have, noted earlier: whoever can write the store could forge a whole new
            chain, but none that holds it.
    """
    entries = store.changes.log()
    problems = []
    if (broken := check_chain(entries)) is not None:
        problems.append(f"The log does not hold from entry {broken.number} on: {broken.message}.")
    if expected is not None and expected not in {entry.hash for entry in entries}:
        problems.append(f"No entry has the hash {expected}: the log was cut off or written anew.")
    return Audit(
        entries=tuple(entries),
        head=entries[-1].hash if entries else None,
        problems=(*problems, *_strays(store, entries)),
    )


def _strays(store: Store, entries: list[AuditEntry]) -> list[str]:
    """Returns the gradings that are not what the log says, and those that only one of the two has."""
    logged = {}
    for entry in entries:
        if entry.action in _JUDGING:
            details = msgspec.json.decode(entry.details, type=dict[str, Any])
            key = msgspec.convert({name: details.get(name) for name in JudgingKey.__struct_fields__}, JudgingKey)
            logged[key] = details.get("report_sha256")
    kept = {key: hashlib.sha256(report).hexdigest() for key, report in store.journal.gradings()}
    wrong = [key for key in {**logged, **kept} if logged.get(key) != kept.get(key)]
    return [f"The grading of `{key.student}` for `{key.assignment}` is not the one in the log." for key in wrong]
