"""What an export gives: the content of one file, and what was left out of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from grader.language import in_language
from grader.models import Assignment

__all__ = ["Exported", "column_names"]


@dataclass(frozen=True, kw_only=True)
class Exported:
    """One file for another program.

    Attributes:
        notes: sentences about what was left out, for the instructor.
    """

    content: bytes
    notes: tuple[str, ...] = ()


def column_names(assignments: tuple[Assignment, ...], is_fit: Callable[[str], bool]) -> dict[str, str]:
    """Returns by slug what an assignment's column is called: its English title, or the slug where that will not do.

    Args:
        is_fit: whether the other program takes a title for what it is.
    """
    titles = {one.slug: re.sub(r"\s+", " ", in_language(one.title, "en")).strip() for one in assignments}
    seen = Counter(title.casefold() for title in titles.values())
    return {
        slug: title if title and seen[title.casefold()] == 1 and is_fit(title) else slug
        for slug, title in titles.items()
    }
