"""Each test of the store runs on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.store.database import Database, sqlite_url

_SERVER_USER = "postgres"  # a server refuses to run as root


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Starts a server of its own on a socket in a temporary folder, and yields the beginning of its URLs."""
    programs = _programs()
    if programs is None:
        message = "PostgreSQL's server is not installed (`apt-get install postgresql`)"
        if os.environ.get("GRADUS_REQUIRE_POSTGRESQL"):
            pytest.fail(message)
        pytest.skip(message)
    folder = Path(tempfile.mkdtemp(prefix="gradus-pg-"))  # not in pytest's own, into which no other user may look
    if os.geteuid() == 0:
        shutil.chown(folder, _SERVER_USER)
    data, socket = folder / "data", folder
    _run(programs / "initdb", "-D", data, "-A", "trust", "-U", "gradus", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-c listen_addresses='' -c unix_socket_directories={socket} -c fsync=off"
    _run(programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    try:
        yield f"?host={socket}&user=gradus"
    finally:
        _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _programs() -> Path | None:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


def _run(*command: Path | str) -> None:
    as_user = ["runuser", "-u", _SERVER_USER, "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "store" / "gradus.db")
    return make_postgresql_database(request.getfixturevalue("postgresql"))


def make_postgresql_database(server: str) -> str:
    """Creates a database and returns its URL."""
    import psycopg

    name = f"test_{os.urandom(6).hex()}"
    parameters = dict(part.split("=") for part in server.lstrip("?").split("&"))
    with psycopg.connect(dbname="postgres", autocommit=True, **parameters) as connection:  # type: ignore[arg-type]
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql:///{name}{server}"


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
