"""A wrong time is put right by better or later evidence, is said and noted, and never gets worse."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
import pytest

from grader.classroom.store.changes import Changes
from grader.classroom.store.database import Database
from grader.classroom.store.journal import Journal
from grader.classroom.store.tables import origins
from grader.models import Text
from grader.submission.times import Evidence
from tests.support.store import NOON, make_arrival

_FILE, _TIMESTAMP, _RECEIPT, _SERVER = Evidence


def _hours_after(journal: Journal) -> list[float]:
    return [(one.submitted_at - NOON).total_seconds() / 3600 for one in journal.attempts()]


@pytest.mark.parametrize(
    ("first", "second", "hours", "is_said"),
    [
        ((_FILE, 700), (_TIMESTAMP, 1), 1, True),
        ((_FILE, 1), (_TIMESTAMP, 700), 700, True),
        ((_TIMESTAMP, 700), (_RECEIPT, 1), 1, True),
        ((_RECEIPT, 700), (_SERVER, 1), 1, True),
        ((_TIMESTAMP, 700), (_TIMESTAMP, 1), 1, True),
        ((_TIMESTAMP, 1), (_TIMESTAMP, 2), 2, True),
        ((_FILE, 700), (_FILE, 1), 1, True),
        ((_FILE, 1), (_FILE, 700), 1, False),
        ((_TIMESTAMP, 1), (_FILE, 0), 1, False),
        ((_RECEIPT, 1), (_TIMESTAMP, 0), 1, False),
        ((_FILE, 1), (_TIMESTAMP, 1), 1, False),
    ],
)
def test_better_or_corrected_evidence_puts_a_time_right(
    database: Database, first: tuple[Evidence, int], second: tuple[Evidence, int], hours: float, is_said: bool
) -> None:
    journal = Journal(database)
    remarks = []
    for evidence, after in (first, second):
        arrival = make_arrival(hours=after)
        remarks = journal.register([msgspec.structs.replace(arrival, evidence=evidence)])
    assert _hours_after(journal) == [hours]
    assert ["was handed in at" in remark.message for remark in remarks] == [True] * is_said
    assert [entry.action for entry in Changes(database).log()] == ["correct_time"] * is_said


def test_correction_is_noted_with_both_times_and_the_evidence(database: Database) -> None:
    journal = Journal(database)
    for evidence, hours in ((_FILE, 2.0), (_TIMESTAMP, 1.0)):
        journal.register([msgspec.structs.replace(make_arrival(hours=hours), evidence=evidence)])
    (entry,) = Changes(database).log()
    assert json.loads(entry.details) == {
        "student": "ada",
        "assignment": "sums",
        "attempt": 1,
        "before": "2026-10-01T14:00:00.000000+00:00",
        "after": "2026-10-01T13:00:00.000000+00:00",
        "evidence": "timestamp",
    }


def test_receipt_that_tells_another_time_later_is_said_and_does_not_count(database: Database) -> None:
    journal = Journal(database)
    for hours in (2.0, 1.0):
        arrival = msgspec.structs.replace(make_arrival(number=1, hours=hours), evidence=_RECEIPT)
        remarks = journal.register([arrival])
    assert _hours_after(journal) == [2.0]
    assert ["tells another time of attempt 1" in remark.message for remark in remarks] == [True]


def test_receipt_is_taken_over_by_the_file_that_was_seen_without_it(database: Database) -> None:
    journal = Journal(database)
    journal.register([make_arrival(hours=700.0)])
    for _ in range(2):
        journal.register([msgspec.structs.replace(make_arrival(number=7, hours=1.0), evidence=_RECEIPT)])
    assert (_hours_after(journal), [one.evidence for one in journal.attempts()]) == ([1.0], [_RECEIPT])


def test_receipt_whose_number_a_file_has_is_an_attempt_all_the_same(database: Database) -> None:
    journal = Journal(database)
    journal.register([make_arrival("a = 1")])
    for _ in range(2):
        receipt = msgspec.structs.replace(make_arrival("b = 2", number=1), evidence=_RECEIPT)
        assert journal.register([receipt]) == []
    assert [(one.number, one.evidence) for one in journal.attempts()] == [(1, _FILE), (2, _RECEIPT)]


def test_copies_in_two_folders_are_one_attempt_by_the_best_evidence(database: Database) -> None:
    journal = Journal(database)
    copy = msgspec.structs.replace(make_arrival(hours=5.0), path="ada/old/sums.py")
    for _ in range(2):
        remarks = journal.register([copy, make_arrival(hours=1.0)])
        assert [(remark.path, "one attempt" in remark.message) for remark in remarks] == [("ada/old/sums.py", True)]
    assert _hours_after(journal) == [1.0]
    assert Changes(database).log() == []


def test_file_and_notes_stay_with_the_attempt(database: Database, reopened: Callable[[], Database]) -> None:
    note = Text(en="Cell 2 was left out.", zh="没有采用第 2 个单元格。")
    Journal(database).register([msgspec.structs.replace(make_arrival(), file="ps1.ipynb", notes=(note,))])
    (attempt,) = Journal(reopened()).attempts()
    assert (attempt.file, attempt.notes) == ("ps1.ipynb", (note,))


def test_attempt_of_a_store_of_old_is_read_and_can_be_put_right(database: Database) -> None:
    journal = Journal(database)
    journal.register([make_arrival(hours=700.0)])
    with database.transaction() as connection:
        connection.execute(origins.delete())
    assert [(one.file, one.notes, one.evidence) for one in journal.attempts()] == [(None, (), _FILE)]
    journal.register([msgspec.structs.replace(make_arrival(hours=1.0), evidence=_TIMESTAMP)])
    assert _hours_after(journal) == [1.0]
