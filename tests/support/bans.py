"""What a check of a text finds, told in short."""

from __future__ import annotations

import msgspec
import torch.nn.functional  # noqa: F401 - as in a candidate, where the outline is read

from grader.runtime.trusted.bans import forbidden_use
from grader.runtime.untrusted.outline import Outline, outline

__all__ = ["found_use"]


def found_use(source: str, *forbid: str, task: str = "f") -> tuple[str, int] | None:
    """Returns the name and the line of the first forbidden use in a task of a file `sums.py`."""
    facts = msgspec.convert(outline(source.encode(), "sums.py")["outline"], Outline)
    use = forbidden_use(facts, task, forbid)
    return None if use is None else (use.name, use.line)
