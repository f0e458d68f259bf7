"""Claims: who is judging what just now, so that no submission is judged twice at the same time.

A claim is a row with an owner. It holds while its owner renews it, ends when the result is kept, and may be taken
over when the owner's process is gone or has not renewed it for a minute.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from grader.classroom.store.database import Database, insert_new
from grader.classroom.store.tables import claims
from grader.errors import UserError

__all__ = ["Claims"]

_LEASE = timedelta(seconds=60)
_RENEW_S = 15.0


class Claims:
    """The claims of one command; used as a context, during which they are renewed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.owner = secrets.token_hex(16)
        self._host = _host()
        self._is_over = threading.Event()
        self._renewer = threading.Thread(target=self._renew_until_over, name="claims", daemon=True)

    def take(self, connection: Connection, key: str) -> bool:
        """Claims something within a transaction; returns False if another command that is alive holds it."""
        if insert_new(connection, claims, {"key": key, **self._values()}):
            return True
        held = connection.execute(select(claims).where(claims.c.key == key)).one_or_none()
        if held is None or not self._is_free(held):
            return False
        where = (claims.c.key == key, claims.c.owner == held.owner, claims.c.expires_at == held.expires_at)
        return connection.execute(claims.update().where(*where).values(**self._values())).rowcount == 1

    def end(self, connection: Connection, key: str) -> bool:
        """Ends a claim within the transaction that keeps its result; returns False if it was lost to another."""
        where = (claims.c.key == key, claims.c.owner == self.owner)
        return connection.execute(claims.delete().where(*where)).rowcount == 1

    def free_what_is_over(self) -> int:
        """Frees what nobody renewed, and what processes of this machine held that are gone; returns how many claims."""
        with self._database.transaction() as connection:
            doubtful = or_(claims.c.expires_at < _in(timedelta()), claims.c.host == self._host)
            free = [row for row in connection.execute(select(claims).where(doubtful)) if self._is_free(row)]
            of = [and_(claims.c.key == row.key, claims.c.expires_at == row.expires_at) for row in free]
            return connection.execute(claims.delete().where(or_(*of))).rowcount if of else 0

    def free(self, owner: str) -> int:
        """Frees all that an owner holds of whom it is known that it is gone; returns how many claims."""
        with self._database.transaction() as connection:
            return connection.execute(claims.delete().where(claims.c.owner == owner)).rowcount

    def __enter__(self) -> Claims:
        self._renewer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._renewer.join()
        with contextlib.suppress(UserError):
            self.free(self.owner)

    def _values(self) -> dict[str, object]:
        pid = os.getpid()
        return {
            "owner": self.owner,
            "host": self._host,
            "pid": pid,
            "process_started": _process_started(pid),
            "expires_at": _in(_LEASE),
        }

    def _is_free(self, held: Row[Any]) -> bool:
        if held.expires_at < _in(timedelta()):
            return True
        return bool(held.host == self._host and _process_started(held.pid) != held.process_started)

    def _renew_until_over(self) -> None:
        while not self._is_over.wait(_RENEW_S):
            with contextlib.suppress(UserError), self._database.transaction() as connection:
                connection.execute(claims.update().where(claims.c.owner == self.owner).values(expires_at=_in(_LEASE)))


def _in(time: timedelta) -> str:
    return (datetime.now(UTC) + time).isoformat(timespec="microseconds")


def _host() -> str:
    """Returns a name for the machine since it booted, and for the set of process ids that this process sees."""
    parts = [socket.gethostname()]
    with contextlib.suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    return " ".join(parts)


def _process_started(pid: int) -> str:
    """Returns when a process started, in the kernel's ticks, so that a reused id is not taken for it.

    Where there is no `/proc`, nothing is known of other processes: the empty text, which is every process's, so that
    a claim ends with its lease.
    """
    if not Path("/proc/self/stat").exists():
        return ""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "gone"
    state, *fields = stat.rpartition(")")[2].split()
    return "gone" if state == "Z" else fields[18]  # `starttime`, field 22 in proc(5)
