"""What the examiner keeps of the one test that is running: its time, its answers and its transcript."""

from __future__ import annotations

import time

from grader.models import Job, TestSpec
from grader.runtime.trusted.link import Exchange
from grader.runtime.trusted.patience import Patience
from grader.runtime.trusted.rng import derive_seed
from grader.runtime.trusted.transcripts import Transcript
from grader.runtime.wire.faults import CandidateFault

__all__ = ["Attempt"]

_KEPT_REPLY_BYTES = 1 << 20


class Attempt:
    """One test, from its beginning to its verdict."""

    def __init__(self, spec: TestSpec, job: Job) -> None:
        self.spec = spec
        self.started = time.monotonic()
        self.patience: Patience | None = None
        self.answers = 0
        self.called: str | None = None
        self.asked_for: set[str] = set()
        self.fault: CandidateFault | None = None
        self.transcript = Transcript(task=spec.task)
        self._seed: int | None = derive_seed(job.seed, f"candidate:{spec.test}")

    def take_seed(self) -> int | None:
        """Returns the candidate's seed for the first request of a test, then None."""
        seed, self._seed = self._seed, None
        return seed

    @property
    def waited_s(self) -> float:
        """How long it has waited for the candidate."""
        return self.patience.spent_s if self.patience else 0.0

    def messages(self, last: Exchange | None) -> list[bytes]:
        """Returns what was asked so far, encoded.

        Args:
            last: the request that is not answered yet.
        """
        return [exchange.message for exchange in (*self.transcript.exchanges, last) if exchange is not None]

    def note(self, exchange: Exchange | None) -> None:
        """Keeps what was asked and answered, unless the answer is so large that it would fill the memory."""
        if exchange is not None:
            is_kept = exchange.reply is not None and len(exchange.reply) <= _KEPT_REPLY_BYTES
            self.transcript.exchanges.append(exchange if is_kept else exchange._replace(reply=None))
