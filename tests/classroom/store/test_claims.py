"""Nobody judges what another command is judging, and nobody waits for one that is gone."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from grader.classroom.store import claims as claims_module
from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database
from grader.classroom.store.tables import claims as table

_ROOT = Path(__file__).parents[3]
_HOLD = """
import sys, time
from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database
database = Database(sys.argv[1])
with database.transaction() as connection:
    taken = Claims(database).take(connection, "a")
print(taken, flush=True)
time.sleep(60)
"""


def _take(claims: Claims, key: str) -> bool:
    with claims._database.transaction() as connection:
        return claims.take(connection, key)


def _give_up(claims: Claims, key: str) -> None:
    with claims._database.transaction() as connection:
        claims.end(connection, key)


def test_claim_is_refused_to_another_while_its_owner_lives(
    database: Database, reopened: Callable[[], Database]
) -> None:
    with Claims(database) as ours, Claims(reopened()) as theirs:
        assert _take(ours, "a")
        assert not _take(theirs, "a")
        assert _take(theirs, "b")
        _give_up(ours, "a")
        assert _take(theirs, "a")


def test_claims_end_with_their_command(database: Database, reopened: Callable[[], Database]) -> None:
    with Claims(database) as ours:
        _take(ours, "a")
    with Claims(reopened()) as theirs:
        assert _take(theirs, "a")


def test_claim_of_a_killed_command_is_taken_over_at_once(database: Database, store_url: str) -> None:
    holder = subprocess.Popen([sys.executable, "-c", _HOLD, store_url], cwd=_ROOT, stdout=subprocess.PIPE, text=True)
    with holder, Claims(database) as ours:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert not _take(ours, "a")
        holder.kill()
        holder.wait()
        assert _take(ours, "a")


def test_claim_of_another_machine_is_taken_over_when_it_is_not_renewed(
    database: Database, reopened: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = Claims(reopened())  # not entered: nothing renews what it takes
    theirs._host = "elsewhere"
    _take(theirs, "a")
    with Claims(database) as ours:
        assert not _take(ours, "a")
        monkeypatch.setattr(claims_module, "_LEASE", timedelta(seconds=-1))
        _give_up(theirs, "a")
        _take(theirs, "a")
        assert _take(ours, "a")


def test_claims_are_renewed_while_the_command_runs(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims_module, "_RENEW_S", 0.05)

    def expiry() -> str:
        with database.transaction() as connection:
            return str(connection.scalar(select(table.c.expires_at)))

    with Claims(database) as ours:
        _take(ours, "a")
        before = expiry()
        renewed = threading.Event()
        for _ in range(100):
            if expiry() > before:
                renewed.set()
                break
            renewed.wait(0.05)
        assert renewed.is_set()


def test_lost_claim_cannot_be_ended(database: Database, reopened: Callable[[], Database]) -> None:
    with Claims(database) as ours, Claims(reopened()) as theirs:
        _take(theirs, "a")
        with database.transaction() as connection:
            assert not ours.end(connection, "a")
        assert not _take(ours, "a")


def test_of_many_at_once_one_gets_the_claim(store_url: str) -> None:
    with Database(store_url):
        pass  # the tables are there
    start = threading.Barrier(8)
    got: list[bool] = []

    def ask() -> None:
        with Database(store_url) as database, Claims(database) as claims:
            start.wait()
            got.append(_take(claims, "a"))
            start.wait()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 7 + [True]
