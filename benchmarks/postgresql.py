"""A PostgreSQL server of one's own for a while, on a socket in a temporary folder: for what is measured and tested."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.commands import NotMeasuredError

__all__ = ["MISSING", "Server", "programs", "server"]

MISSING = "PostgreSQL's server is not installed (`apt-get install postgresql`)"
_USER = "postgres"  # a server refuses to run as root


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that runs.

    Attributes:
        folder: of its socket.
        pid: of its first process, whose children serve the connections.
    """

    folder: Path
    pid: int

    def new_database(self) -> str:
        """Makes an empty database and returns its URL."""
        import psycopg  # whoever only looks whether there is a server needs no driver

        name = f"gradus_{os.urandom(6).hex()}"
        with psycopg.connect(host=str(self.folder), user="gradus", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql:///{name}?host={self.folder}&user=gradus"


def programs() -> Path | None:
    """Returns the folder of PostgreSQL's server."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


@contextmanager
def server(*settings: str) -> Iterator[Server]:
    """Starts a server and stops it in the end; nothing of it is left.

    Args:
        settings: beside the defaults, such as `fsync=off`.

    Raises:
        NotMeasuredError: if PostgreSQL's server is not installed.
    """
    found = programs()
    if found is None:
        raise NotMeasuredError(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="gradus-pg-"))  # short, for a socket, and where another user may look
    if os.geteuid() == 0:
        shutil.chown(folder, _USER)
    data = folder / "data"
    options = " ".join(f"-c {one}" for one in ("listen_addresses=''", f"unix_socket_directories={folder}", *settings))
    try:
        _run(found / "initdb", "-D", data, "-A", "trust", "-U", "gradus", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        _run(found / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        try:
            yield Server(folder=folder, pid=int((data / "postmaster.pid").read_text().splitlines()[0]))
        finally:
            _run(found / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _run(*command: Path | str) -> None:
    as_user = ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")
