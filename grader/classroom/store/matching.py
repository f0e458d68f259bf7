"""Which files are one attempt, and which attempt that is known a file is. Pure: rows and arrivals in, rows out.

A file without a receipt is known by its content. One that was handed in again after something else is an attempt of
its own: whoever goes back to what was there before means that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from grader.classroom.store.records import Arrival
from grader.submission.remarks import Remark
from grader.submission.times import Evidence

__all__ = ["evidence_of", "has_its_content", "is_unread", "row_of", "without_copies"]


def without_copies(arrivals: Iterable[Arrival]) -> tuple[list[Arrival], list[Remark]]:
    """Returns one arrival of those that hold the same right after each other: with the best evidence, the earliest.

    Receipts all stay. What could not be read comes between nothing.
    """
    kept, remarks = list(arrivals), []
    by_work: dict[tuple[str, str], list[Arrival]] = {}
    for arrival in kept:
        if arrival.submission_sha256 is not None:
            by_work.setdefault((arrival.student, arrival.assignment), []).append(arrival)
    for work in by_work.values():
        for _, same in groupby(_in_turn(work), key=lambda one: one.submission_sha256):
            for first, copy in _copies(list(same)):
                kept.remove(copy)
                message = f"holds what `{first.path}` holds: they are one attempt"
                remarks.append(Remark(path=copy.path, message=message, student=copy.student))
    return kept, remarks


def row_of(known: list[Row[Any]], arrival: Arrival, beside: Iterable[Arrival], seen_at: str) -> Row[Any] | None:
    """Returns the row that an arrival is of: by its receipt's number, or else by its content.

    Args:
        known: the rows of the student and the assignment.
        beside: all that arrived of these with it.
        seen_at: of the rows of what arrived with it and was kept before; they are no other file's.
    """
    same = [row for row in known if has_its_content(row, arrival)]
    if arrival.number is not None:
        number = arrival.number
        numbered = (row for row in known if number == (row.number if row.evidence is None else row.receipt_number))
        without = (row for row in same if row.receipt_number is None)
        return next(numbered, None) or next(without, None)
    others = [one for one in beside if one.submission_sha256 not in (None, arrival.submission_sha256)]
    free = [row for row in same if row.seen_at != seen_at and not _is_overtaken(row, known, arrival, others)]
    if free:
        return min(free, key=lambda row: (row.path != arrival.path, abs(_at(row) - arrival.submitted_at)))
    return next((row for row in known if is_unread(row) and row.path == arrival.path), None)


def evidence_of(row: Row[Any]) -> Evidence:
    """Returns what the time is known from; of a row of old, which does not say, the weakest."""
    return Evidence(row.evidence) if row.evidence is not None else Evidence.FILE


def has_its_content(row: Row[Any], arrival: Arrival) -> bool:
    """Whether a row holds what arrived, or was refused for the same reason."""
    return (row.submission_sha256, row.refusal) == (arrival.submission_sha256, arrival.refusal)


def is_unread(row: Row[Any]) -> bool:
    """Whether reading it failed on our side, so that it is to be read again."""
    return row.submission_sha256 is None and row.refusal is None


def _copies(same: list[Arrival]) -> Iterator[tuple[Arrival, Arrival]]:
    """Yields each arrival of equal content that is no attempt, with that which stands for it."""
    first = min(same, key=lambda one: (one.number is None, -one.evidence.weight, one.submitted_at))
    for one in same:
        if one is not first and one.number is None:
            yield first, one


def _in_turn(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Returns arrivals by their times; receipts in the order of their numbers, whatever a clock said."""
    latest = datetime.min.replace(tzinfo=UTC)
    times: list[tuple[datetime, Arrival]] = []
    for one in sorted(arrivals, key=lambda one: (one.number is None, one.number or 0)):
        at = one.submitted_at
        if one.number is not None:
            latest = at = max(latest, at)
        times.append((at, one))
    return [one for _, one in sorted(times, key=lambda pair: pair[0])]


def _is_overtaken(row: Row[Any], known: list[Row[Any]], arrival: Arrival, others: Iterable[Arrival]) -> bool:
    """Whether something else was handed in after a row, and before this arrival of the same content.

    Only times that are known in the same way tell that, and a copied folder, in which all times are new, tells nothing;
    nor does a file that stayed where it was and has a new time.
    """
    here = [one for one in known if one.path == arrival.path]
    stayed = bool(here) and max(here, key=lambda one: (one.seen_at, one.number)).id == row.id
    if stayed or evidence_of(row) is not arrival.evidence:
        return False
    return any(_at(row) < other.submitted_at < arrival.submitted_at and _has_its_time(known, other) for other in others)


def _has_its_time(known: list[Row[Any]], arrival: Arrival) -> bool:
    """Whether it is new, or has the time that it had before."""
    times = [_at(row) for row in known if has_its_content(row, arrival)]
    return not times or arrival.submitted_at in times


def _at(row: Row[Any]) -> datetime:
    return datetime.fromisoformat(row.submitted_at)
