"""Where a batch takes work from and puts results: the store, or nowhere in a dry run."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from grader.classroom.store.claims import Claims
from grader.classroom.store.store import Store
from grader.classroom.work import Work
from grader.models import Report

__all__ = ["Claim", "DryLedger", "Ledger", "StoreLedger"]


class Claim(Enum):
    """What came of asking for a piece of work."""

    OURS = "ours"
    ELSEWHERE = "elsewhere"  # another command is at it
    DONE = "done"  # another command has judged it


class Ledger(Protocol):
    def claim(self, work: Work) -> Claim:
        """Asks for a piece of work; what is ours must be kept."""
        ...

    def keep(self, work: Work, report: Report) -> bool:
        """Keeps a result; returns False if the work was lost to another command meanwhile."""
        ...


class StoreLedger:
    """Work is claimed in the store, and each result is durable there before the next is begun.

    Args:
        claims: of this command, while they are renewed.
        action: what the audit log calls it.
    """

    def __init__(self, store: Store, claims: Claims, action: str) -> None:
        self._journal = store.journal
        self._claims = claims
        self._action = action

    def claim(self, work: Work) -> Claim:
        if not self._claims.take(work.key.text):
            return Claim.ELSEWHERE
        if self._journal.report(work.key) is not None:  # between planning and claiming
            self._claims.give_up(work.key.text)
            return Claim.DONE
        return Claim.OURS

    def keep(self, work: Work, report: Report) -> bool:
        return self._journal.keep(work.key, work.job, report, self._claims, self._action)


class DryLedger:
    """Everything is ours and nothing is kept."""

    def claim(self, work: Work) -> Claim:
        return Claim.OURS

    def keep(self, work: Work, report: Report) -> bool:
        return True
