"""The queue: what waits to be judged. Whoever takes a piece of it claims it, and keeps the result in one transaction.

A row is pending until its result is kept. It is claimed meanwhile by whoever judges it; when a claim ends without a
result, because its owner is gone, the row is free again. What takes workers with it, time and again, is given up.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, text

from grader.classroom.store.attempts import moment
from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database, insert_new
from grader.classroom.store.judgings import graded_keys_in, keep_in, keep_plan, plan_of, source_of
from grader.classroom.store.records import JudgingKey, Pending
from grader.classroom.store.tables import claims as claims_table
from grader.classroom.store.tables import pending
from grader.models import Job, Problem, ProblemKind, Report, Value
from grader.pipeline import Heading, not_graded

__all__ = ["MOST_TRIES", "Queue", "Scope", "Taken"]

MOST_TRIES = 3
"""How often a submission is taken: whoever took it may have gone by chance, but not each time."""

_CHANCES = 5
"""How often the next one is looked for: of those who look at the same time others may be quicker."""

_JUDGED_TWICE = 2
"""How often what fails on our side is judged."""

_MANY = 1_000
"""How many new submissions the database is told of at once; it notices by itself when there come a few."""

_KEY = JudgingKey.__struct_fields__


class Scope(Value, frozen=True, kw_only=True):
    """What a worker takes of a queue.

    Attributes:
        version: of Gradus; what others planned may be judged otherwise here.
        device: `cpu` or `cuda`.
        assignments: by slug; none for all.
    """

    version: str
    device: str = "cpu"
    assignments: tuple[str, ...] = ()


class Taken(Value, frozen=True, kw_only=True):
    """A piece of the queue that is claimed, with all that it takes to judge it.

    Attributes:
        tries: how often it was taken, this time included.
    """

    pending: Pending
    job: Job
    tries: int


class Queue:
    """Reads and writes the queue of a store.

    Args:
        claims: of this process, while they are renewed.
    """

    def __init__(self, database: Database, claims: Claims) -> None:
        self._database = database
        self._claims = claims
        self._plans: dict[str, Job] = {}
        self._lock = threading.Lock()

    def put(self, wanted: Iterable[Pending], plans: Mapping[str, Job], scope: Scope) -> list[Pending]:
        """Lets submissions wait that were not judged yet, and returns them.

        What waits of these assignments for other suites waits no longer: its result would not count.

        Args:
            plans: by the hash of their suites, the jobs without a submission.
            scope: the version that may judge them, the device, and the assignments.
        """
        with self._database.transaction() as connection:
            for job in plans.values():
                keep_plan(connection, job)
            other = (*self._in(scope, any_version=True), pending.c.suite_sha256.not_in(list(plans)))
            connection.execute(pending.delete().where(*other))
            graded = graded_keys_in(connection)
            new = [one for one in wanted if one.key not in graded]
            for one in sorted(new, key=lambda one: (one.key.assignment, one.key.student)):
                row = _row(one, scope.version)
                if not insert_new(connection, pending, row):
                    connection.execute(pending.update().where(pending.c.key == one.key.text).values(**row))
            if len(new) >= _MANY:
                _count_rows(connection)
        return new

    def take(self, scope: Scope) -> Taken | None:
        """Claims the next piece of the queue; returns None if nothing is free.

        What failed or was lost before comes after everything else, and of the rest one assignment after the other.
        """
        for _ in range(_CHANCES):
            with self._database.transaction() as connection:
                row = connection.execute(_next(self._in(scope))).one_or_none()
                if row is None:
                    return None
                if self._claims.take(connection, row.key):
                    if row.tries < MOST_TRIES:
                        return self._taken(connection, row)
                    self._give_up(connection, row)
        return None

    def keep(self, taken: Taken, report: Report) -> bool:
        """Keeps a result and ends its claim; returns False if the claim was lost, or the result is wanted no longer.

        A result that was graded is kept for good and noted in the audit log. One that was not is tried once more.
        """
        key = taken.pending.key
        with self._database.transaction() as connection:
            row_id = _locked(connection, key)
            if not self._claims.end(connection, key.text) or row_id is None:
                return False
            if report.graded or taken.tries >= _JUDGED_TWICE:
                connection.execute(pending.delete().where(pending.c.id == row_id))
            return keep_in(connection, key, report, taken.pending.action)

    def give_back(self, taken: Taken) -> None:
        """Ends a claim as if it had never been: it was not the submission's fault that nothing came of it."""
        key = taken.pending.key
        with self._database.transaction() as connection:
            row_id = _locked(connection, key)
            if self._claims.end(connection, key.text):
                connection.execute(pending.update().where(pending.c.id == row_id).values(tries=pending.c.tries - 1))

    def waiting(self, scope: Scope) -> int:
        """Returns how many pieces are not done yet, those that somebody is at included."""
        with self._database.transaction() as connection:
            return connection.scalar(select(func.count()).select_from(pending).where(*self._in(scope))) or 0

    def versions(self) -> dict[str, int]:
        """Returns which versions of Gradus something waits for, and how much."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(pending.c.version, func.count()).group_by(pending.c.version))
            return {version: count for version, count in rows}

    def _in(self, scope: Scope, *, any_version: bool = False) -> list[ColumnElement[bool]]:
        where = [pending.c.device == scope.device]
        if not any_version:
            where.append(pending.c.version == scope.version)
        if scope.assignments:
            where.append(pending.c.assignment.in_(scope.assignments))
        return where

    def _plan(self, connection: Connection, suite_sha256: str) -> Job:
        with self._lock:
            if suite_sha256 not in self._plans:
                self._plans[suite_sha256] = plan_of(connection, suite_sha256)
            return self._plans[suite_sha256]

    def _taken(self, connection: Connection, row: Row[Any]) -> Taken:
        connection.execute(pending.update().where(pending.c.id == row.id).values(tries=row.tries + 1))
        submission = source_of(connection, row.submission_sha256)
        job = self._plan(connection, row.suite_sha256)
        job = msgspec.structs.replace(job, submission=submission, seed=row.seed, device=row.device)
        return Taken(pending=_pending(row), job=job, tries=row.tries + 1)

    def _give_up(self, connection: Connection, row: Row[Any]) -> None:
        """Keeps as not graded what took each worker with it that began to judge it."""
        one = _pending(row)
        job = self._plan(connection, row.suite_sha256)
        keep_in(connection, one.key, _given_up(one, job), one.action)
        connection.execute(pending.delete().where(pending.c.id == row.id))
        self._claims.end(connection, row.key)


def _count_rows(connection: Connection) -> None:
    """Lets PostgreSQL know how many wait. It finds out by itself within a minute, and until then sorts all for a take.

    With 100,000 that wait, a take was measured to take 5 s before and 4 ms after.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE pending"))


def _next(where: list[ColumnElement[bool]]) -> Select[Any]:
    """Selects the row that is next; where the database can, one that nobody else is just taking."""
    now = moment(datetime.now(UTC))
    both = pending.join(claims_table, pending.c.key == claims_table.c.key, isouter=True)
    is_free = or_(claims_table.c.key.is_(None), claims_table.c.expires_at < now)
    turn = (pending.c.tries, pending.c.priority, pending.c.assignment, pending.c.id)
    chosen = select(pending).select_from(both).where(and_(is_free, *where)).order_by(*turn).limit(1)
    return chosen.with_for_update(skip_locked=True, of=pending)


def _locked(connection: Connection, key: JudgingKey) -> int | None:
    """Returns the row that is about a key; who takes it and who keeps it lock the row first and the claim second."""
    return connection.scalar(select(pending.c.id).where(pending.c.key == key.text).with_for_update())


def _row(one: Pending, version: str) -> dict[str, object]:
    return {
        "key": one.key.text,
        **msgspec.structs.asdict(one.key),
        "seed": one.seed,
        "language": one.language,
        "action": one.action,
        "priority": one.priority,
        "version": version,
        "tries": 0,
    }


def _pending(row: Row[Any]) -> Pending:
    key = JudgingKey(**{name: getattr(row, name) for name in _KEY})
    return Pending(key=key, seed=row.seed, language=row.language, action=row.action, priority=row.priority)


def _given_up(one: Pending, job: Job) -> Report:
    message = (
        f"Each of the {MOST_TRIES} workers that began to judge it was gone before it was done, so no other is sent "
        "after them. Run `learn grade` again to try it anew."
    )
    heading = Heading(
        assignment=one.key.assignment,
        student=one.key.student,
        max_score=sum(task.points for task in job.tasks),
        seed=one.seed,
        device=one.key.device,
        sandbox="none",
        image=None,
        language=one.language,
    )
    return not_graded(heading, Problem(kind=ProblemKind.SANDBOX, message=message), one.key.submission_sha256)
