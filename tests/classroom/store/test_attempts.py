"""A wrong time is put right by better or later evidence, is said and noted, and never gets worse."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
import pytest

from grader.classroom.gradebook.counting import standings_of
from grader.classroom.store.changes import Changes
from grader.classroom.store.database import Database
from grader.classroom.store.journal import Journal
from grader.classroom.store.records import Arrival
from grader.classroom.store.tables import origins
from grader.course.roster import ClassRules
from grader.models import Text
from grader.submission.times import Evidence
from tests.support.store import NOON, make_arrival, make_source

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
        ((_TIMESTAMP, 1), (_FILE, 1), 1, False),
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


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (_TIMESTAMP, _FILE, "`timestamp.txt` told before, 2026-10-01 13:00:00 UTC; the file's own time would be"),
        (_RECEIPT, _TIMESTAMP, "its receipt told before, 2026-10-01 13:00:00 UTC; `timestamp.txt` would be"),
        (_SERVER, _FILE, "the server's clock told before, 2026-10-01 13:00:00 UTC; the file's own time would be"),
    ],
)
def test_better_evidence_that_is_gone_still_counts_and_is_said(
    database: Database, first: Evidence, second: Evidence, said: str
) -> None:
    journal = Journal(database)
    for evidence, hours in ((first, 1.0), (second, 0.0), (second, 700.0)):
        remarks = journal.register([msgspec.structs.replace(make_arrival(hours=hours), evidence=evidence)])
        assert [said in remark.message for remark in remarks] == [True] * (evidence is second)
    assert _hours_after(journal) == [1.0]


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


# What was handed in again.


def _files(*files: tuple[str, str, float]) -> list[Arrival]:
    """Returns arrivals: the folder of each, what it holds, and the hours after noon."""
    return [
        msgspec.structs.replace(make_arrival(text, hours=hours), path=f"ada/{folder}/sums.py")
        for folder, text, hours in files
    ]


def _last(journal: Journal) -> tuple[str | None, float]:
    attempt = standings_of(journal.attempts(), ClassRules())[-1].attempt
    return attempt.submission_sha256, (attempt.submitted_at - NOON).total_seconds() / 3600


def _is_right(journal: Journal, hours: float) -> bool:
    return _last(journal) == (make_source("right").sha256, hours)


def test_what_is_handed_in_again_after_something_else_is_the_last_attempt(database: Database) -> None:
    journal = Journal(database)
    for _ in range(2):
        assert journal.register(_files(("a", "right", 1), ("b", "wrong", 2), ("c", "right", 3))) == []
    assert _hours_after(journal) == [1.0, 2.0, 3.0]
    assert _is_right(journal, 3)


def test_copies_right_after_each_other_are_one_attempt_wherever_they_stand(database: Database) -> None:
    journal = Journal(database)
    files = _files(("a", "right", 1), ("b", "right", 2), ("c", "wrong", 3), ("d", "right", 4), ("e", "right", 5))
    assert [remark.path for remark in journal.register(files)] == ["ada/b/sums.py", "ada/e/sums.py"]
    assert _hours_after(journal) == [1.0, 3.0, 4.0]


def test_copy_of_what_a_receipt_is_for_is_the_attempt_of_the_receipt(database: Database) -> None:
    journal = Journal(database)
    receipt = msgspec.structs.replace(make_arrival("right", number=1, hours=1), evidence=_RECEIPT)
    for _ in range(2):
        journal.register([receipt, *_files(("copy", "right", 700))])
    assert _hours_after(journal) == [1.0]


def test_right_file_after_a_wrong_receipt_is_the_last_attempt(database: Database) -> None:
    journal = Journal(database)
    texts = enumerate(("right", "wrong"), 1)
    receipts = [
        msgspec.structs.replace(make_arrival(text, number=number, hours=number), evidence=_RECEIPT)
        for number, text in texts
    ]
    for _ in range(2):
        journal.register([*receipts, *_files(("again", "right", 3))])
    assert _hours_after(journal) == [1.0, 2.0, 3.0]
    assert _is_right(journal, 3)


def test_what_cannot_be_read_comes_between_nothing(database: Database) -> None:
    journal = Journal(database)
    right, broken, again = _files(("a", "right", 1), ("b", "", 2), ("c", "right", 3))
    broken = msgspec.structs.replace(broken, submission_sha256=None, refusal="It is not UTF-8.")
    journal.register([right, broken, again])
    assert _hours_after(journal) == [1.0, 2.0]


@pytest.mark.parametrize(
    "later",
    [
        [("a", "right", 1), ("b", "wrong", 2), ("c", "right", 3)],
        [("b", "wrong", 2), ("c", "right", 3)],
        [("old", "wrong", 2), ("c", "right", 3)],
    ],
)
def test_what_is_handed_in_again_before_a_later_run_is_the_last_attempt(
    database: Database, later: list[tuple[str, str, float]]
) -> None:
    journal = Journal(database)
    journal.register(_files(("a", "right", 1), ("b", "wrong", 2)))
    for _ in range(2):
        journal.register(_files(*later))
        assert _is_right(journal, 3)


def test_file_that_was_put_back_where_another_took_its_place_is_the_last_attempt(database: Database) -> None:
    journal = Journal(database)
    journal.register(_files(("a", "right", 1)))
    journal.register(_files(("a", "wrong", 2)))
    journal.register(_files(("old", "wrong", 2), ("a", "right", 3)))
    assert _is_right(journal, 3)


@pytest.mark.parametrize(
    "later",
    [
        [("b", "right", 10), ("a", "wrong", 11)],
        [("y", "right", 10), ("x", "wrong", 11)],
        [("b", "right", 2), ("a", "wrong", 3)],
    ],
)
def test_copied_files_with_new_times_keep_their_order(database: Database, later: list[tuple[str, str, float]]) -> None:
    journal = Journal(database)
    journal.register(_files(("a", "wrong", 1), ("b", "right", 2)))
    journal.register(_files(*later))
    assert _is_right(journal, 2)


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
