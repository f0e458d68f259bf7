"""What tests asked a submission and what came back, kept as bytes; and whether a mutant answers alike.

A mutant is the course's own code; a reply of a submission is only ever decoded and compared.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple

from grader.models import Verdict
from grader.runtime.trusted.agreement import BIT_FOR_BIT, Tolerance, agree
from grader.runtime.trusted.link import Exchange
from grader.runtime.wire import codec
from grader.runtime.wire.answering import Answerer
from grader.runtime.wire.settings import Settings

__all__ = ["Likeness", "Told", "Transcript", "answers_of", "likeness_of", "told_of", "tolerance_of"]

_WIDER = 10.0
_WRONG = (Verdict.FAILED, Verdict.ERROR)
_Reply = dict[str, Any]


@dataclass(kw_only=True)
class Transcript:
    """What one test asked a submission, and what came back.

    Attributes:
        tolerance: of the comparison that failed.
        duration_s: how long the candidate took, all in all.
    """

    task: str
    exchanges: list[Exchange] = field(default_factory=list)
    verdict: Verdict = Verdict.NOT_RUN
    tolerance: Tolerance = Tolerance()
    duration_s: float = 0.0

    @property
    def is_wrong(self) -> bool:
        return self.verdict in _WRONG

    def replies(self, device: str) -> list[_Reply] | None:
        """Returns what came back, decoded, unless something is missing."""
        if any(exchange.reply is None for exchange in self.exchanges):
            return None
        return [_decoded(exchange.reply or b"", device) for exchange in self.exchanges]


class Told(NamedTuple):
    """A transcript with its replies decoded."""

    transcript: Transcript
    replies: list[_Reply]


class Likeness(IntEnum):
    """How alike two answer; what is not alike is false."""

    NONE = 0
    CLOSE = 1
    EXACT = 2


def told_of(transcripts: Sequence[Transcript], task: str, device: str) -> list[Told]:
    """Returns what a wrong submission was asked about a task, what costs least first; nothing where that tells nothing.

    So it is where nothing is wrong, and where it hung or died, or never returned anything: what it raised says all
    there is to say.

    Args:
        transcripts: of the job's tests; those of other tasks are passed over.
        device: where the submission's tensors were.
    """
    asked = [found for found in transcripts if found.task == task and found.exchanges]
    if not any(found.is_wrong for found in asked):
        return []
    replies = [found.replies(device) for found in asked]
    told = [Told(found, own) for found, own in zip(asked, replies, strict=True) if own is not None]
    if len(told) < len(asked) or not any("ok" in reply for one in told for reply in one.replies):
        return []
    return sorted(told, key=lambda one: one.transcript.duration_s)  # most mutants are settled by one request


def likeness_of(
    module: types.ModuleType,
    told: list[Told],
    device: str,
    settings: Settings | None = None,
) -> Likeness:
    """Asks a mutant what the submission was asked, until they differ.

    Args:
        settings: what the mutant begins and ends with; what is there by default.
    """
    likeness = Likeness.EXACT
    only_raised = all(one.transcript.verdict is Verdict.ERROR for one in told if one.transcript.is_wrong)
    for one in told:
        answers = answers_of(module, one, device, settings)
        for number, (own, theirs) in enumerate(zip(answers, one.replies, strict=True), 1):
            is_cause = only_raised and one.transcript.is_wrong and number == len(one.replies)
            if not _is_alike(own, theirs, tolerance_of(one), is_cause=is_cause):
                return Likeness.NONE
            if not agree(own.get("ok"), theirs.get("ok"), BIT_FOR_BIT):
                likeness = Likeness.CLOSE
    return likeness


def answers_of(module: types.ModuleType, told: Told, device: str, settings: Settings | None = None) -> Iterator[_Reply]:
    """Yields what a mutant replies to the requests of one test, decoded, each when it is asked for."""
    mutant = Answerer(module, settings)
    for exchange in told.transcript.exchanges:
        request = codec.decode(exchange.message, from_candidate=False, device=device)
        yield _decoded(mutant.answer(request), device)


def tolerance_of(told: Told) -> Tolerance:
    """Returns how far a mutant's answers to a test may be from the submission's."""
    return told.transcript.tolerance if told.transcript.is_wrong else Tolerance(factor=_WIDER)


def _is_alike(own: _Reply, theirs: _Reply, tolerance: Tolerance, *, is_cause: bool) -> bool:
    """Compares two replies. Of two exceptions the type counts, and the message where nothing else was wrong."""
    if own.keys() != theirs.keys():
        return False
    if "ok" in own:
        return agree(own["ok"], theirs["ok"], tolerance)
    if "error" in own and isinstance(theirs["error"], dict):
        decisive = ("types", "kind", "message") if is_cause else ("types", "kind")
        return all(own["error"].get(key) == theirs["error"].get(key) for key in decisive)
    return bool(own == theirs)


def _decoded(reply: bytes, device: str) -> _Reply:
    value: _Reply = codec.decode(reply, from_candidate=True, device=device)
    return value
