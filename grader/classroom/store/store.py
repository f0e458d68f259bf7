"""Opens the store of a course: one value that holds its parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from grader.classroom.store.changes import Changes
from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database, sqlite_file, sqlite_url
from grader.classroom.store.journal import Journal
from grader.classroom.store.queue import Queue
from grader.errors import UserError

__all__ = ["Store", "open_store", "open_store_at"]

_FILE_NAME = "gradus.db"


@dataclass(frozen=True, kw_only=True)
class Store:
    """The store's parts, on one database.

    Attributes:
        url: of the database, with its password: never to be shown.
    """

    url: str = field(repr=False)
    journal: Journal
    changes: Changes
    claims: Claims
    queue: Queue


@contextmanager
def open_store(out: Path, url: str | None = None, *, must_exist: bool = True) -> Iterator[Store]:
    """Yields the store of a folder of results.

    Args:
        out: the folder of the results, in which a SQLite file is the default.
        url: of another database.
        must_exist: refuse to begin a new store in the folder.

    Raises:
        UserError: if it cannot be opened, or is not there.
    """
    file = out / _FILE_NAME
    if url is None and must_exist and not file.is_file():
        raise UserError(
            f"There are no results in `{out}`. Run `learn grade DIR --out {out}` first, or name the folder by `--out`."
        )
    with _opened(url or sqlite_url(file)) as store:
        yield store


@contextmanager
def open_store_at(url: str) -> Iterator[Store]:
    """Yields the store at a URL, which is there.

    Raises:
        UserError: if it cannot be opened, or is not there.
    """
    if (file := sqlite_file(url)) is not None and not file.is_file():
        raise UserError(f"There is no store at `{url}`: `{file}` is not there. `learn grade` makes one.")
    with _opened(url) as store:
        yield store


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    with Database(url) as database:
        claims = Claims(database)
        yield Store(
            url=database.secret_url,
            journal=Journal(database),
            changes=Changes(database),
            claims=claims,
            queue=Queue(database, claims),
        )
