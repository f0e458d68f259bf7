"""The database behind the store: SQLite or PostgreSQL, through SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from grader.classroom.store.tables import facts, metadata
from grader.errors import UserError

__all__ = ["Database", "insert_new", "sqlite_file", "sqlite_url"]

_FORMAT_VERSION = "1"
_BUSY_S = 60.0
_BACKENDS = ("sqlite", "postgresql")


def sqlite_url(path: Path) -> str:
    """Returns the URL of a SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def sqlite_file(url: str) -> Path | None:
    """Returns the file of a URL of SQLite; None for other databases, and for what is no URL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


class Database:
    """Opens the store's database and makes its tables if it has none.

    Args:
        url: `sqlite:///FILE` or `postgresql://...`.

    Raises:
        UserError: if the URL does not read, the database does not answer, or the store is of another format.
    """

    def __init__(self, url: str) -> None:
        self._engine = _make_engine(url)
        self.url = self._engine.url.render_as_string()
        try:
            metadata.create_all(self._engine)
            self._check_format()
        except DBAPIError as error:
            self.close()
            raise UserError(f"The store `{self.url}` cannot be opened: {_reason(error)}.") from error
        except UserError:
            self.close()
            raise

    @property
    def secret_url(self) -> str:
        """The URL with its password, which `url` hides."""
        return self._engine.url.render_as_string(hide_password=False)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Yields a connection; what was written is durable at the end, and undone on an exception.

        Raises:
            UserError: if the database fails.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise UserError(
                f"The store `{self.url}` failed: {_reason(error)}. Nothing that was kept is lost."
            ) from error

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_format(self) -> None:
        with self.transaction() as connection:
            insert_new(connection, facts, {"name": "format_version", "value": _FORMAT_VERSION})
            version = connection.scalar(select(facts.c.value).where(facts.c.name == "format_version"))
        if version != _FORMAT_VERSION:
            raise UserError(f"The store `{self.url}` has format {version}; this Gradus reads {_FORMAT_VERSION}.")


def insert_new(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Inserts a row unless one with its key is there; returns whether it was inserted."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    inserted = dialect.insert(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(inserted).first() is not None


def _make_engine(url: str) -> Engine:
    advice = "Write `sqlite:///FILE` or `postgresql://USER@HOST/NAME`."
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in _BACKENDS:
            raise UserError(f"The store cannot be kept in `{parsed.get_backend_name()}`. {advice}")
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite":
            return _make_sqlite(parsed)
        return create_engine(parsed, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise UserError(f"`{url}` is no URL of a store. {advice}") from error
    except ModuleNotFoundError as error:
        raise UserError(
            f"The Python package `{error.name}` is missing, which a store in PostgreSQL needs. "
            "Run `pip install 'gradus-torch[postgresql]'`."
        ) from error


def _make_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise UserError("A store in memory would be lost with the command. Write `sqlite:///FILE`.")
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"`{folder}` cannot be made: {error.strerror}.") from error
    engine = create_engine(url, connect_args={"timeout": _BUSY_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver's own transactions begin too late; ours begin in `_begin_sqlite`
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a commit is on disk before the next submission is taken


def _begin_sqlite(connection: Connection) -> None:
    """Takes the write lock at once: two that read first and write later would deadlock."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _reason(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0].rstrip(".") if error.orig is not None else type(error).__name__
