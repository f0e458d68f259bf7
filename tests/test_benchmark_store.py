"""What a simulated cluster is made of is taken from a real store: durations of a class, and costs of transactions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.cluster.clients import Client
from benchmarks.cluster.costs import Kind
from benchmarks.cluster.graded import SCOPE, Graded, fill, graded_ones, let_wait
from benchmarks.cluster.recorded import Stretch, recorded_of, stretches
from benchmarks.cluster.transactions import costs_of
from benchmarks.commands import NotMeasuredError
from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database, sqlite_url
from grader.classroom.store.journal import Journal
from grader.classroom.store.queue import Queue
from tests.support.store import NOON, keep, make_key, make_report_for


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A store with one grading, that took a tenth of a second."""
    key = make_key()
    with Database(sqlite_url(tmp_path / "gradus.db")) as opened:
        with Claims(opened) as claims:
            assert keep(opened, claims, key, make_report_for(key))
        yield opened


def _stretch(assignment: str, began_s: float, took_s: float) -> Stretch:
    began = NOON + timedelta(seconds=began_s)
    return Stretch(assignment=assignment, began=began, ended=began + timedelta(seconds=took_s))


def test_durations_are_those_of_the_reports_and_end_when_they_were_kept(database: Database) -> None:
    [stretch] = stretches(database)

    assert stretch.assignment == "sums"
    assert stretch.seconds == pytest.approx(0.1)
    assert abs(datetime.now(UTC) - stretch.ended) < timedelta(seconds=60)


def test_store_without_gradings_is_not_recorded(tmp_path: Path) -> None:
    with Database(sqlite_url(tmp_path / "gradus.db")) as empty:
        for read in (stretches, lambda database: graded_ones(database, 10)):
            with pytest.raises(NotMeasuredError, match="Nothing was"):
                read(empty)


def test_first_ones_are_kept_apart_as_many_as_there_are_containers() -> None:
    found = [_stretch("a", 0, 5), _stretch("a", 0, 4), _stretch("a", 4, 1), _stretch("b", 5, 3), _stretch("a", 6, 4)]
    recorded = recorded_of(found, 2, (3.0,))

    assert recorded.durations["a"].first_s == (5.0, 4.0)
    assert recorded.durations["a"].later_s == (1.0, 4.0)
    assert recorded.durations["b"].first_s == (3.0,)
    assert (recorded.count, recorded.total_s, recorded.span_s) == (5, 17.0, 10.0)


def test_client_does_all_that_a_worker_asks_of_the_store(database: Database, tmp_path: Path) -> None:
    samples = graded_ones(database, 10)
    idle = Database(sqlite_url(tmp_path / "idle.db"))
    with Client(database, idle, {"sums": samples[0].report}) as client:
        ways = client.ways
        assert not ways[Kind.TAKE]()
        fill(database, samples, 2)
        assert [ways[kind]() for kind in Kind] == [True] * len(Kind)
        assert not ways[Kind.KEEP]()
    assert {key.student for key in Journal(database).graded_keys()} == {"ada", "student-0"}
    idle.close()


def test_those_that_wait_come_last_and_can_be_judged(database: Database) -> None:
    samples = graded_ones(database, 10)
    with Claims(database) as claims:
        queue = Queue(database, claims)
        let_wait(database, samples, 3, claimed=2)
        fill(database, samples, 1)
        taken = [queue.take(SCOPE) for _ in range(5)]

        assert [one and one.pending.key.student for one in taken[:2]] == ["student-0", "waiting-0"]
        assert taken[4] is None
        assert queue.waiting(SCOPE) == 4
        assert claims.free_what_is_over() == 0


def test_sample_again_is_another_text_of_another_student(database: Database) -> None:
    [one] = graded_ones(database, 10)
    again = one.again("ben")

    assert isinstance(again, Graded)
    assert again.job.submission.source.startswith(one.job.submission.source)
    assert again.key.submission_sha256 == again.job.submission.sha256 != one.key.submission_sha256


@pytest.mark.postgresql
def test_every_kind_is_measured_under_every_number_of_connections(database: Database) -> None:
    costs = costs_of(graded_ones(database, 10), 0.1, lambda line: None, several=(1, 3), waiting=50)

    assert set(costs.costs) == set(Kind)
    for kind in Kind:
        assert [cost.connections for cost in costs.costs[kind]] == [1, 3]
        assert all(cost.count >= cost.connections and 0 < cost.median_s <= cost.p99_s for cost in costs.costs[kind])
    assert sum(cost.core_s for kind in Kind for cost in costs.costs[kind]) > 0
    assert all(0 < cost.lock_s < cost.p99_s for cost in costs.costs[Kind.KEEP])
    assert costs.bytes_a_submission > 500
