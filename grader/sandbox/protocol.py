"""What every sandbox does: start, judge one submission at a time, close."""

from __future__ import annotations

from typing import Protocol

from grader.models import Answer, Job

__all__ = ["Sandbox"]


class Sandbox(Protocol):
    """Holds the examiner and the candidates of one submission after another.

    Attributes:
        name: `docker` or `process`, as reports name it.
        image: the image that it runs, or None.
        is_reusable: whether it may judge another submission; false once anything was left behind or went wrong.
    """

    image: str | None
    is_reusable: bool

    @property
    def name(self) -> str: ...

    def start(self) -> None:
        """Brings it up and waits until it can take a job.

        Raises:
            EngineMissingError: if the machine lacks what it needs; the message says the next command.
            SandboxDiedError: if it came up and went away.
        """
        ...

    def grade(self, job: Job) -> Answer:
        """Judges one submission. Returns as soon as the answer is there; `settle` waits for the clean-up.

        Raises:
            SandboxError: if no answer came. That is never the student's fault.
        """
        ...

    def settle(self) -> bool:
        """Waits until the last submission is cleaned up; returns whether another may follow."""
        ...

    def close(self) -> None:
        """Ends it and everything in it. Never raises, and may be called at any time and twice."""
        ...
