"""What the store keeps, as values."""

from __future__ import annotations

from datetime import datetime

import msgspec

from grader.models import Report, Text, Value
from grader.submission.times import Evidence

__all__ = ["Arrival", "AttemptRecord", "JudgingKey", "Pending"]


class JudgingKey(Value, frozen=True, kw_only=True):
    """What is judged once: a student's submission under a suite on a device."""

    student: str
    assignment: str
    submission_sha256: str
    suite_sha256: str
    device: str

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it is about, whoever judged it: of its gradings one is in force."""
        return self.student, self.assignment, self.submission_sha256

    @property
    def text(self) -> str:
        return msgspec.json.encode(msgspec.structs.astuple(self)).decode()


class Pending(Value, frozen=True, kw_only=True):
    """One submission that is to be judged.

    Attributes:
        seed: where its random inputs come from.
        language: of its report.
        action: what the audit log calls it: `grade` or `regrade`.
        priority: what has a smaller one is judged before it.
    """

    key: JudgingKey
    seed: int
    language: str = "en"
    action: str = "grade"
    priority: int = 0


class Arrival(Value, frozen=True, kw_only=True):
    """One file that was found, as it is to be kept.

    Attributes:
        number: of the attempt, if it came with one.
        evidence: from what it is known when it was submitted.
        file: its name, as the student knows it.
        notes: on how it was chosen and read, for the student.
        submission_sha256: of what is judged; None if it was refused.
        refusal: why it was refused.
    """

    student: str
    assignment: str
    number: int | None
    submitted_at: datetime
    evidence: Evidence
    path: str
    file: str
    notes: tuple[Text, ...] = ()
    submission_sha256: str | None
    refusal: str | None


class AttemptRecord(Value, frozen=True, kw_only=True):
    """One attempt of a student at an assignment.

    Attributes:
        seen_at: when a folder that held it was last graded.
        evidence: from what it is known when it was submitted; the weakest where a store of old does not say.
        file: its name, as the student knows it; None where a store of old does not say.
        notes: on how it was chosen and read, for the student.
        report: the latest that there is, graded or not; None before it was judged.
    """

    student: str
    assignment: str
    number: int
    submitted_at: datetime
    seen_at: str
    path: str
    submission_sha256: str | None
    refusal: str | None
    evidence: Evidence = Evidence.FILE
    file: str | None = None
    notes: tuple[Text, ...] = ()
    report: Report | None = None
