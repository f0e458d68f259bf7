"""Each test of the store runs on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.classroom.store.database import Database, sqlite_url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "store" / "gradus.db")
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    with Database(store_url) as database:
        yield database


@pytest.fixture
def reopened(store_url: str) -> Iterator[Callable[[], Database]]:
    """Opens the same store again, as another command would."""
    opened: list[Database] = []

    def reopen() -> Database:
        opened.append(Database(store_url))
        return opened[-1]

    yield reopen
    for database in opened:
        database.close()
