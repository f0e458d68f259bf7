"""Whether what students read of a hidden test tells its inputs or its answers. Pure: outcomes in, complaints out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.models import TestReport, Visibility
from grader.verify.verdicts import Complaint, Outcome, subject_of

__all__ = ["complaints_about_leaks"]

_PLACE = re.compile(r"`result[^`]*`")
_CASE = re.compile(r"case (\d+) of \d+((?:, shapes? [^:]*)?): ")
_LITERAL = re.compile(r"(?<![\w.])-?\d+\.\d+|(?<![\w.])-?\d+e-?\d+")


def complaints_about_leaks(outcomes: Iterable[Outcome], sentences: frozenset[str]) -> Iterator[Complaint]:
    """Yields each hidden test that tells what it was asked or what is right.

    What depends on the seed depends on the inputs; and a number in a hidden text is an input or an answer.

    Args:
        sentences: the texts that the suite's source spells out; what a student reads may be one of these.
    """
    first: dict[tuple[object, ...], TestReport] = {}
    told: set[str] = set()
    for outcome in outcomes:
        for test in (test for task in outcome.tasks for test in task.tests if test.visibility is Visibility.HIDDEN):
            key = (outcome.trial.kind, subject_of(outcome.trial), test.test, _Said.of(test).cases)
            reason = _leak(test, first.setdefault(key, test), sentences)
            if reason is not None and test.test not in told:
                told.add(test.test)
                message = f"tells what is hidden ({subject_of(outcome.trial)}, seed {outcome.trial.seed}): {reason}"
                yield Complaint(check="leak", subject=test.test, message=message)


@dataclass(frozen=True, kw_only=True)
class _Said:
    """A message in its parts.

    Attributes:
        cases: the numbers of the cases that it is about. Which case goes wrong first may depend on the seed, and so may
            how many there are; neither tells an input.
        shapes: what it says of the shapes that these were asked with.
        rest: what it says of them.
    """

    cases: tuple[str, ...]
    shapes: tuple[str, ...]
    rest: str

    @classmethod
    def of(cls, test: TestReport) -> _Said:
        cases, shapes, rest = [], [], test.message
        while (named := _CASE.match(rest)) is not None:
            cases.append(named.group(1))
            shapes.append(named.group(2))
            rest = rest[named.end() :]
        return cls(cases=tuple(cases), shapes=tuple(shapes), rest=rest)


def _leak(test: TestReport, before: TestReport, sentences: frozenset[str]) -> str | None:
    is_same_finding = (test.verdict, test.kind, test.line) == (before.verdict, before.kind, before.line)
    if is_same_finding and _depends_on_inputs(_Said.of(test), _Said.of(before), sentences):
        return f"{before.message!r}, then {test.message!r}"
    for text in (test.title, "" if test.kind == "signature" else test.message):  # a signature is no secret
        if "SPY" in text or _LITERAL.search(text):
            return repr(text)
    return None


def _depends_on_inputs(said: _Said, before: _Said, sentences: frozenset[str]) -> bool:
    """Whether two messages on the same cases differ by more than a place, and by what no sentence of the suite says."""
    is_fixed = said.rest in sentences
    return said.shapes != before.shapes or (not is_fixed and _PLACE.sub("", said.rest) != _PLACE.sub("", before.rest))
