"""Whether a task's code uses what its statement forbids, by the outline of the submission. Pure."""

from __future__ import annotations

from fnmatch import fnmatchcase

from grader.runtime.untrusted.outline import Outline, Use

__all__ = ["forbidden_use"]


def forbidden_use(outline: Outline, task: str, forbid: tuple[str, ...]) -> Use | None:
    """Returns the first use of a forbidden name within a task and the helpers it calls.

    Args:
        outline: of the submission.
        task: the function or class that is judged.
        forbid: `torch.cdist` (and what lies below it), `torch._foreach_*`, `.nanmean`, `.data=`.
    """
    own = {definition.name for definition in outline.definitions}
    exact = {entry for entry in forbid if "*" not in entry}
    wild = [entry for entry in forbid if "*" in entry]
    for definition in outline.reachable_from(task):
        for use in definition.uses:
            if use.name.removeprefix(".") not in own and _is_forbidden(use.name, exact, wild):
                return use
    return None


def _is_forbidden(name: str, exact: set[str], wild: list[str]) -> bool:
    """Whether a name, or a qualified name above it, is among the entries."""
    parts = name.split(".")
    above = {".".join(parts[:count]) for count in range(2, len(parts))} if parts[0] else set()
    return not exact.isdisjoint({name, *above}) or any(fnmatchcase(name, entry) for entry in wild)
