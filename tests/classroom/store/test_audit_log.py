"""No entry of the audit log can be changed, left out, added or cut off without being noticed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from grader.classroom.audit import audit_store
from grader.classroom.store.audit_log import append_entry, check_chain
from grader.classroom.store.changes import Changes
from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database
from grader.classroom.store.journal import Journal
from grader.classroom.store.queue import Queue
from grader.classroom.store.store import Store
from grader.classroom.store.tables import audit, gradings
from tests.support.store import keep, make_arrival, make_key, make_report_for


@pytest.fixture
def store(database: Database) -> Store:
    """A store with one grading and two overrides."""
    claims = Claims(database)
    queue = Queue(database, claims)
    opened = Store(
        url=database.secret_url, journal=Journal(database), changes=Changes(database), claims=claims, queue=queue
    )
    key = make_key()
    opened.journal.register([make_arrival()])
    with opened.claims:
        keep(database, claims, key, make_report_for(key))
    opened.changes.override("ada", "sums", 8.0, "A second look.")
    opened.changes.override("ada", "sums", None, "")
    return opened


def _write(database: Database, statement: Any) -> None:
    with database.transaction() as connection:
        connection.execute(statement)


def test_log_of_honest_commands_holds(store: Store) -> None:
    found = audit_store(store)
    assert [entry.action for entry in found.entries] == ["grade", "override", "remove_override"]
    assert found.problems == ()
    assert found.head == found.entries[-1].hash


@pytest.mark.parametrize("column", ["at", "actor", "action", "details"])
def test_changed_entry_is_found(store: Store, database: Database, column: str) -> None:
    _write(database, audit.update().where(audit.c.number == 2).values({column: "{}"}))
    assert "does not hold from entry 2" in audit_store(store).problems[0]


def test_entry_with_a_hash_made_anew_breaks_the_next_one(store: Store, database: Database) -> None:
    from grader.classroom.store.audit_log import _hash

    entry = msgspec.structs.replace(store.changes.log()[1], details='{"score":10.0}')
    changed = {"details": entry.details, "hash": _hash(entry)}
    _write(database, audit.update().where(audit.c.number == 2).values(changed))
    assert "does not hold from entry 3" in audit_store(store).problems[0]


@pytest.mark.parametrize("number", [1, 2])
def test_removed_entry_is_found(store: Store, database: Database, number: int) -> None:
    _write(database, audit.delete().where(audit.c.number == number))
    assert f"from entry {number} on: entry {number} is not there" in audit_store(store).problems[0]


def test_log_that_was_cut_off_is_found_by_a_hash_noted_before(store: Store, database: Database) -> None:
    head = audit_store(store).head
    _write(database, audit.delete().where(audit.c.number == 3))
    assert audit_store(store).problems == ()
    assert "cut off or written anew" in audit_store(store, head).problems[0]


def test_grading_that_was_changed_behind_the_log_is_found(store: Store, database: Database) -> None:
    _write(database, gradings.update().values(report=msgspec.json.encode(make_report_for(make_key(), 10.0))))
    assert audit_store(store).problems == ("The grading of `ada` for `sums` is not the one in the log.",)


def test_grading_that_was_put_in_or_taken_out_is_found(store: Store, database: Database) -> None:
    _write(database, gradings.delete())
    assert audit_store(store).problems == ("The grading of `ada` for `sums` is not the one in the log.",)


def test_entry_is_undone_with_what_it_is_about(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as connection:
        append_entry(connection, "override", {})
        raise ZeroDivisionError
    assert Changes(database).log() == []


def test_empty_log_holds() -> None:
    assert check_chain([]) is None
