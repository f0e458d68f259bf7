"""Whether a task's code uses what its statement forbids, by the outline of the submission. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from grader.runtime.untrusted.outline import Outline, Use

__all__ = ["forbidden_use"]


def forbidden_use(outline: Outline, task: str, forbid: tuple[str, ...]) -> Use | None:
    """Returns the first use of a forbidden name within a task and what it reaches of the file.

    An attribute of a value of which nothing is known is left to the stubs at run time if a class that the task reaches
    has one of this name: it may be the student's own.

    Args:
        outline: of the submission.
        task: the function or class that is judged.
        forbid: `torch.cdist` (and what lies below it), `torch._foreach_*`, `.nanmean`, `.data=`.
    """
    reached = outline.reachable_from(task)
    own = {attribute for definition in reached for attribute in definition.attributes}
    exact = {entry for entry in forbid if "*" not in entry}
    wild = [entry for entry in forbid if "*" in entry]
    for definition in reached:
        for use in definition.uses:
            if use.may_be_own and use.name.strip(".=") in own:
                continue
            if any(_is_forbidden(name, exact, wild) for name in _names(use.name)):
                return use
    return None


def _is_forbidden(name: str, exact: set[str], wild: list[str]) -> bool:
    return name in exact or any(fnmatchcase(name, entry) for entry in wild)


def _names(name: str) -> Iterator[str]:
    """Yields a name and the qualified names above it."""
    yield name
    while name.rpartition(".")[0]:
        name = name.rpartition(".")[0]
        yield name
