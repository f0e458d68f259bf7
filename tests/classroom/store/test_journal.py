"""What arrived is kept under its number, and what was judged is kept once, whichever command brings it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database, sqlite_url
from grader.classroom.store.journal import Journal
from grader.classroom.store.records import Arrival
from grader.classroom.store.tables import gradings
from grader.errors import UserError
from tests.support.store import NOON, keep, make_arrival, make_job_for, make_key, make_report_for, make_source


def _numbers(journal: Journal) -> list[tuple[str, int, str | None]]:
    return [(one.student, one.number, one.submission_sha256) for one in journal.attempts()]


def test_journal_numbers_attempts_as_they_arrive(database: Database) -> None:
    journal = Journal(database)
    journal.register([make_arrival("a = 1"), make_arrival("b = 2", hours=1), make_arrival("c = 3", student="bob")])
    assert _numbers(journal) == [
        ("ada", 1, make_source("a = 1").sha256),
        ("ada", 2, make_source("b = 2").sha256),
        ("bob", 1, make_source("c = 3").sha256),
    ]


def test_journal_keeps_the_same_content_once(database: Database) -> None:
    journal = Journal(database)
    for hours in (0.0, 5.0):
        assert journal.register([make_arrival("a = 1", hours=hours)]) == []
    (attempt,) = journal.attempts()
    assert attempt.submitted_at == NOON


def test_journal_keeps_the_same_content_under_two_numbers_of_an_inbox(database: Database) -> None:
    journal = Journal(database)
    journal.register([make_arrival("a = 1", number=1), make_arrival("a = 1", number=2, hours=1)])
    assert [one.number for one in journal.attempts()] == [1, 2]


def test_journal_keeps_the_first_content_of_a_number_and_remarks_on_another(database: Database) -> None:
    journal = Journal(database)
    journal.register([make_arrival("a = 1", number=1)])
    (remark,) = journal.register([make_arrival("a = 2", number=1)])
    assert "attempt 1 is not what it was" in remark.message
    assert _numbers(journal) == [("ada", 1, make_source("a = 1").sha256)]


def test_journal_sees_a_file_that_was_put_back(database: Database) -> None:
    journal = Journal(database)
    for text in ("a = 1", "b = 2", "a = 1"):
        journal.register([make_arrival(text)])
    first, second = journal.attempts()
    assert first.seen_at > second.seen_at


def test_journal_keeps_refused_arrivals_with_their_reason(database: Database) -> None:
    journal = Journal(database)
    refused = msgspec.structs.replace(make_arrival(), submission_sha256=None, refusal="It is not UTF-8.")
    for _ in range(2):
        journal.register([refused])
    (attempt,) = journal.attempts()
    assert (attempt.submission_sha256, attempt.refusal) == (None, "It is not UTF-8.")


def test_journal_gives_a_source_back_byte_for_byte(database: Database) -> None:
    journal = Journal(database)
    source = msgspec.structs.replace(make_source(""), source="x = 'é\r\n'\ufeff".encode(), sha256="c" * 64)
    journal.keep_sources([source])
    journal.keep_sources([source])
    assert journal.source("c" * 64) == source
    with pytest.raises(UserError, match="has no submission dddd"):
        journal.source("d" * 64)


def test_result_is_there_for_another_command_as_soon_as_it_is_kept(
    database: Database, reopened: Callable[[], Database]
) -> None:
    key = make_key()
    report = make_report_for(key)
    journal = Journal(database)
    journal.register([make_arrival()])
    with Claims(database) as claims:
        assert keep(database, claims, key, report)
        assert Journal(reopened()).report(key) == report
    assert Journal(reopened()).attempts()[0].report == report


def test_failure_may_be_followed_by_a_result_but_never_hides_one(database: Database) -> None:
    key = make_key()
    journal = Journal(database)
    journal.register([make_arrival()])
    seen = []
    with Claims(database) as claims:
        for report in (make_report_for(key, None), make_report_for(key, None), make_report_for(key, 6.0)):
            keep(database, claims, key, report)
            seen.append(journal.attempts()[0].report)
    assert [report.score if report else -1 for report in seen] == [None, None, 6.0]


def test_grading_of_the_suite_that_was_last_put_in_force_counts(database: Database) -> None:
    old, new = make_key(suite="a" * 64), make_key(suite="b" * 64)
    journal = Journal(database)
    journal.register([make_arrival()])
    with Claims(database) as claims:
        for key, score in ((old, 3.0), (new, 9.0)):
            keep(database, claims, key, make_report_for(key, score))
    assert [one.report and one.report.score for one in journal.attempts()] == [9.0]
    journal.put_in_force([old])
    assert [one.report and one.report.score for one in journal.attempts()] == [3.0]


def test_grading_that_is_in_force_is_not_written_again(database: Database) -> None:
    key = make_key()
    journal = Journal(database)
    with Claims(database) as claims:
        keep(database, claims, key, make_report_for(key))

    def since() -> object:
        with database.transaction() as connection:
            return connection.scalar(select(gradings.c.in_force_at))

    before = since()
    journal.put_in_force([key])
    assert since() == before


def test_job_of_a_report_is_the_one_that_was_judged(database: Database) -> None:
    key = make_key()
    job, report = make_job_for(key, seed=123), make_report_for(key, seed=123)
    journal = Journal(database)
    journal.register([make_arrival()])
    with Claims(database) as claims:
        keep(database, claims, key, report)
    assert journal.job(report) == job
    with pytest.raises(UserError, match="has no suite 999999999999"):
        journal.job(make_report_for(make_key(suite="9" * 64)))


@pytest.mark.postgresql
def test_both_databases_hold_the_same(postgresql_url: str, tmp_path: Path) -> None:
    def fill(url: str) -> tuple[object, ...]:
        key = make_key()
        with Database(url) as database:
            journal = Journal(database)
            arrivals: list[Arrival] = [make_arrival(), make_arrival("b = 'é 李'", student="李雷", hours=1.5)]
            journal.keep_sources([make_source("b = 'é 李'")])
            journal.register(arrivals)
            with Claims(database) as claims:
                keep(database, claims, key, make_report_for(key))
            attempts = [msgspec.structs.replace(one, seen_at="") for one in journal.attempts()]
            return attempts, journal.gradings(), journal.source(make_source("b = 'é 李'").sha256)

    assert fill(sqlite_url(tmp_path / "a.db")) == fill(postgresql_url)
