"""What waits is judged once: taken by one, kept by whoever holds it, given up when it takes its workers with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import text

from grader.classroom.store import claims as claims_module
from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database
from grader.classroom.store.journal import Journal
from grader.classroom.store.queue import MOST_TRIES, Queue, Scope, Taken
from grader.classroom.store.records import JudgingKey, Pending
from tests.support.store import SCOPE, make_job_for, make_key, make_report_for, make_source, put


def _take(queue: Queue, scope: Scope = SCOPE) -> Taken:
    taken = queue.take(scope)
    assert taken is not None
    return taken


def test_taken_work_is_all_that_it_takes_to_judge_it(database: Database) -> None:
    key = make_key("x = 2")
    with Claims(database) as claims:
        taken = _take(put(database, claims, key, text="x = 2", seed=2**40))
    assert taken.pending == Pending(key=key, seed=2**40)
    assert taken.job == make_job_for(key, "x = 2", seed=2**40)


def test_work_is_nobody_elses_until_it_is_kept_or_given_back(
    database: Database, reopened: Callable[[], Database]
) -> None:
    other_database = reopened()
    with Claims(database) as claims, Claims(other_database) as others:
        ours, theirs = put(database, claims, make_key()), Queue(other_database, others)
        taken = _take(ours)
        assert (theirs.take(SCOPE), theirs.waiting(SCOPE)) == (None, 1)
        ours.give_back(taken)
        again = _take(theirs)
        assert (again.pending, again.tries) == (taken.pending, 1)
        assert theirs.keep(again, make_report_for(make_key()))
        assert (ours.take(SCOPE), ours.waiting(SCOPE)) == (None, 0)


def test_result_of_a_lost_claim_is_not_kept(database: Database, reopened: Callable[[], Database]) -> None:
    key = make_key()
    with Claims(database) as claims:
        queue = put(database, claims, key)
        taken = _take(queue)
        assert Claims(reopened()).free(claims.owner) == 1
        assert not queue.keep(taken, make_report_for(key))
    assert Journal(database).report(key) is None


def test_result_of_a_suite_that_was_replaced_meanwhile_is_not_kept(database: Database) -> None:
    old, new = make_key(suite="a" * 64), make_key(suite="b" * 64)
    with Claims(database) as claims:
        taken = _take(put(database, claims, old))
        queue = put(database, claims, new)
        assert not queue.keep(taken, make_report_for(old))
        assert _take(queue).pending.key == new
    assert Journal(database).report(old) is None


def test_what_was_judged_does_not_wait_again(database: Database) -> None:
    key = make_key()
    with Claims(database) as claims:
        queue = put(database, claims, key)
        queue.keep(_take(queue), make_report_for(key))
        assert put(database, claims, key).waiting(SCOPE) == 0


def test_failure_of_ours_is_tried_once_more_behind_everything_else(database: Database) -> None:
    first, last = make_key(student="ada"), make_key(student="bob")
    with Claims(database) as claims:
        queue = put(database, claims, first, last)
        seen = []
        while (taken := queue.take(SCOPE)) is not None:
            seen.append(taken.pending.key.student)
            queue.keep(taken, make_report_for(taken.pending.key, None if taken.pending.key == first else 6.0))
    assert seen == ["ada", "bob", "ada"]
    failure = Journal(database).failure(first)
    assert failure is not None and not failure.graded


def test_regrading_comes_after_grading_and_one_assignment_after_the_other(database: Database) -> None:
    def key(student: str, assignment: str) -> JudgingKey:
        return msgspec.structs.replace(make_key(student=student), assignment=assignment)

    wanted = [
        Pending(key=key("again", "sums"), seed=7, priority=1),
        Pending(key=key("ada", "sums"), seed=7),
        Pending(key=key("bob", "adds"), seed=7),
        Pending(key=key("dan", "sums"), seed=7),
    ]
    with Claims(database) as claims:
        queue = put(database, claims)
        Journal(database).keep_sources([make_source("x = 1")])
        queue.put(wanted, {make_key().suite_sha256: make_job_for(make_key())}, SCOPE)
        order = [_take(queue).pending.key.student for _ in wanted]
    assert order == ["bob", "ada", "dan", "again"]


@pytest.mark.parametrize(
    "other",
    [Scope(version="another"), Scope(version="tests", device="cuda"), Scope(version="tests", assignments=("adds",))],
    ids=["version", "device", "assignment"],
)
def test_worker_takes_only_what_it_may_judge(other: Scope, database: Database) -> None:
    with Claims(database) as claims:
        queue = put(database, claims, make_key())
        assert (queue.take(other), queue.waiting(other)) == (None, 0)
        assert queue.versions() == {"tests": 1}
        assert _take(queue, msgspec.structs.replace(SCOPE, assignments=("sums",))).pending.key == make_key()


def test_what_takes_its_workers_with_it_is_given_up(
    database: Database, reopened: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make_key()
    with Claims(database) as claims:
        put(database, claims, key)
        monkeypatch.setattr(claims_module, "_LEASE", timedelta(seconds=-1))
        for _ in range(MOST_TRIES):
            other = reopened()
            _take(Queue(other, Claims(other)))  # and is never heard of again
        queue = Queue(database, claims)
        assert (queue.take(SCOPE), queue.waiting(SCOPE)) == (None, 0)
        failure = Journal(database).failure(key)
        assert failure is not None and failure.problem is not None
        assert f"Each of the {MOST_TRIES} workers" in failure.problem.message
        assert put(database, claims, key).waiting(SCOPE) == 1  # whoever grades again tries it anew


def test_claims_of_whoever_is_gone_are_free(
    database: Database, reopened: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Claims(database) as claims:
        queue = put(database, claims, make_key())
        gone = Claims(reopened())
        monkeypatch.setattr(gone, "_values", lambda: {**Claims._values(gone), "process_started": "before"})
        _take(Queue(database, gone))
        assert queue.take(SCOPE) is None
        assert claims.free_what_is_over() == 1
        assert claims.free_what_is_over() == 0
        assert _take(queue).tries == 2


def test_many_workers_at_once_take_each_piece_once(store_url: str) -> None:
    keys = [make_key(student=f"s{number}") for number in range(30)]
    with Database(store_url) as database, Claims(database) as claims:
        put(database, claims, *keys)
    start = threading.Barrier(6)
    kept: list[str] = []

    def work() -> None:
        with Database(store_url) as own, Claims(own) as claims:
            queue = Queue(own, claims)
            start.wait()
            while queue.waiting(SCOPE):
                taken = queue.take(SCOPE)
                if taken is not None and queue.keep(taken, make_report_for(taken.pending.key)):
                    kept.append(taken.pending.key.student)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kept) == sorted(key.student for key in keys)


@pytest.mark.postgresql
def test_database_knows_how_many_wait_as_soon_as_they_are_many(postgresql_url: str) -> None:
    with Database(postgresql_url) as database, Claims(database) as claims:
        put(database, claims, make_key(student="few"))
        assert _known_rows(database) < 0  # it has not looked yet
        put(database, claims, *(make_key(student=f"s{number}") for number in range(1_000)))
        assert _known_rows(database) == 1_001


def _known_rows(database: Database) -> float:
    with database.transaction() as connection:
        return float(connection.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'pending'")) or 0.0)
