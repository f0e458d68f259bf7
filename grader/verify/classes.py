"""Which input classes a task has to be asked with, and which of them its tests never used. Pure.

Each class is here because solutions that were right for everything else failed at it. What a task need not be asked
with is waived in `assignment.toml`, with a reason.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from grader.models import ArgumentUse, Assignment
from grader.verify.verdicts import Complaint

__all__ = ["Coverage", "complaints_about_classes", "complaints_about_waivers", "coverage_of"]

_TENSOR = ("size 0", "view")
_REQUIRED = {
    "float tensor": (*_TENSOR, "negative", "positive", "zeros", "tiny", "huge", "float32", "float64"),
    "int tensor": _TENSOR,
    "bool tensor": (*_TENSOR, "True", "False"),
    "int": ("three values", "zero", "one", "negative"),
    "float": ("three values", "not round", "zero", "negative"),
    "bool": ("True", "False"),
    "sequence": ("empty", "one item", "several items"),
    "function": ("same arguments again",),
    "method": ("same arguments again",),
    "state": ("state again", "states in turn"),
}
_OF_CALLS_WITH_TENSORS = ("same sizes again, other values",)
_OF_CALLS_WITH_FLOATS = ("gradients off", "another default dtype", "another default device")
_DIMENSIONS = re.compile(r"(\d+) dimensions")
_IN_BRACKETS = re.compile(r"\[.*\]")
_ABSTRACT = re.compile(r"(?:Sequence|Iterable|Collection)\b")


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What one argument of a task, or its calls, were asked with.

    Attributes:
        came: of the classes that are required.
        missing: of those, what neither came nor is waived.
        waived: of those that did not come.
    """

    task: str
    subject: str
    kinds: tuple[str, ...]
    came: tuple[str, ...]
    missing: tuple[str, ...]
    waived: tuple[str, ...]


def coverage_of(assignment: Assignment, task: str, uses: Iterable[ArgumentUse]) -> list[Coverage]:
    """Returns what was asked of a task, argument by argument, as far as anything is required of it."""
    uses = list(uses)
    found = []
    for use in uses:
        required = _required_of(use, uses)
        came = tuple(name for name in required if name in use.classes)
        lacking = [name for name in required if name not in use.classes]
        waived = tuple(name for name in lacking if assignment.waives(task, use.subject, name))
        missing = tuple(name for name in lacking if name not in waived)
        if required:
            row = Coverage(task=task, subject=use.subject, kinds=use.kinds, came=came, missing=missing, waived=waived)
            found.append(row)
    return found


def complaints_about_classes(coverage: Iterable[Coverage]) -> list[Complaint]:
    return [
        Complaint(
            check="class",
            subject=f"{row.task}/{row.subject}",
            message=f"is never asked with: {', '.join(row.missing)}. Ask with it, or waive it in `assignment.toml`",
        )
        for row in coverage
        if row.missing
    ]


def complaints_about_waivers(assignment: Assignment, used: Iterable[tuple[str, str, str]]) -> Iterator[Complaint]:
    """Yields each waived class that nothing needs: the list of waivers stays true.

    Args:
        used: what was waived: task, subject and name.
    """
    used = list(used)
    for waiver in assignment.waivers:
        for name, tasks, of in itertools.product(waiver.classes, _each(waiver.tasks), _each(waiver.of)):
            one = msgspec.structs.replace(waiver, classes=(name,), tasks=tasks, of=of)
            if not any(one.covers(*what) for what in used):
                message = f"`{name}` is waived and need not be: take it out of `assignment.toml`"
                yield Complaint(check="class", subject="/".join((*tasks, *of)) or assignment.slug, message=message)


def _each(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Returns each name by itself; without names nothing, which stands for all of them."""
    return [(name,) for name in names] or [()]


def _required_of(use: ArgumentUse, uses: list[ArgumentUse]) -> list[str]:
    if use.subject.removesuffix("[]") == "result":
        return []
    kinds = [kind for kind in use.kinds if kind != "int" or "float" not in use.kinds]  # an int for a float is one
    required = [name for kind in kinds for name in _REQUIRED.get(kind, ())]
    required += [*_of_shapes(use), *_of_sequences(use)]
    if use.subject == "call":
        required += _of_calls(use, uses)
    elif not use.subject.endswith("[]"):
        required += ["given", *(["left out"] if use.has_default else [])]
        required += ["None"] if "None" in _IN_BRACKETS.sub("", use.annotation) else []
    return list(dict.fromkeys(required))


def _of_shapes(use: ArgumentUse) -> Iterator[str]:
    """Yields a size of 1 in each dimension in turn, and sizes that are alike and that are not."""
    counts = [int(found.group(1)) for name in use.classes if (found := _DIMENSIONS.fullmatch(name))]
    most = max(counts, default=0)
    yield from (f"size 1 in dimension {number}" for number in range(most))
    if most > 1:
        yield from ("equal sizes", "unequal sizes", f"view of {most} dimensions")


def _of_sequences(use: ArgumentUse) -> Iterator[str]:
    if "objects" in use.classes:
        yield "same object twice"
    if "sequence" in use.kinds and _ABSTRACT.match(use.annotation):
        yield from ("list", "tuple")


def _of_calls(use: ArgumentUse, uses: list[ArgumentUse]) -> Iterator[str]:
    given = [other for other in uses if other.subject.removesuffix("[]") not in ("call", "result")]
    kinds = {kind for other in given for kind in other.kinds}
    if any(kind.endswith("tensor") for kind in kinds):
        yield from _OF_CALLS_WITH_TENSORS
    if "float tensor" in kinds:
        yield from _OF_CALLS_WITH_FLOATS
    if "several tensors" in use.classes:
        yield "same tensor twice"
    if "settings" in use.classes and "state" in use.kinds:
        yield "states with other settings"
    if "generator" in use.kinds:
        yield "generator moved in between"
