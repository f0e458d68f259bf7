"""What the tests of one task have come to so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.models import TestSpec, Verdict
from grader.runtime.trusted.transcripts import Transcript

__all__ = ["Judgement"]


@dataclass(kw_only=True)
class Judgement:
    """The judgement of one task. A second one of the same task takes its place.

    Attributes:
        is_in_doubt: whether something did not pass in a candidate that has served other tasks.
        stalls: how many tests ran out of time.
        transcripts: of the tests that were begun, in their order.
    """

    is_in_doubt: bool = False
    stalls: int = 0
    has_right_value: bool = False
    has_wrong_value: bool = False
    transcripts: list[Transcript] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        return self.has_right_value and not self.has_wrong_value

    def note(self, spec: TestSpec, verdict: Verdict, transcript: Transcript) -> None:
        """Takes in a test that has come to its verdict."""
        if verdict is Verdict.TIMEOUT:
            self.stalls += 1
        if not spec.needs_value and verdict is not Verdict.SKIPPED:
            self.has_right_value |= verdict is Verdict.PASSED
            self.has_wrong_value |= verdict is not Verdict.PASSED
        self.transcripts.append(transcript)
