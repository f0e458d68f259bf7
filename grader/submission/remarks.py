"""What is to be said of a folder of submissions, beside the submissions themselves."""

from __future__ import annotations

from grader.models import Value

__all__ = ["Remark"]


class Remark(Value, frozen=True, kw_only=True):
    """Something in the folder of submissions that an instructor should know of, and what became of it."""

    path: str
    message: str
    student: str | None = None
