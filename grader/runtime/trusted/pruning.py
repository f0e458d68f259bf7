"""Leaves out pairs of mistakes that cannot explain an answer, by what each of the two answers alone.

To ask every pair takes long, to ask every mutant does not. Where one of two changes nothing in an answer, the pair
answers as the other does alone; where neither does, as the reference. Only where both change the same part of an
answer has the pair itself to be asked. A pair whose parts show something together that neither shows alone is lost.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from grader.runtime.trusted.agreement import Tolerance, agree
from grader.runtime.trusted.transcripts import Told, answers_of, tolerance_of
from grader.runtime.wire.settings import Settings

__all__ = ["plausible_pairs"]

_Pair = tuple[int, int]
_Reply = dict[str, Any]
_FEW = 8


class _Part(NamedTuple):
    """What one mutant shows in a part of an answer.

    Attributes:
        is_silent: whether the part is as the reference's.
        is_right: whether it is as the submission's.
    """

    is_silent: bool
    is_right: bool


def plausible_pairs(
    reference: types.ModuleType,
    mutants: Sequence[types.ModuleType],
    pairs: Sequence[_Pair],
    told: list[Told],
    device: str,
) -> list[_Pair]:
    """Returns the pairs that may answer as the submission did; once there are few of them, no more is asked.

    Args:
        pairs: of numbers of mutants.
        told: what the submission was asked and replied, what costs least first.
    """
    left, settings = list(pairs), Settings()
    for one in told:
        if len(left) <= _FEW:
            break
        right = list(answers_of(reference, one, device, settings))
        tolerance = tolerance_of(one)
        shown = {
            number: [
                _shown(*answers, tolerance)
                for answers in zip(answers_of(mutants[number], one, device, settings), right, one.replies, strict=True)
            ]
            for number in dict.fromkeys(number for pair in left for number in pair)
        }
        own = [_shown(answer, answer, theirs, tolerance) for answer, theirs in zip(right, one.replies, strict=True)]
        left = [pair for pair in left if _may_explain(shown[pair[0]], shown[pair[1]], own)]
    return left


def _shown(answer: _Reply, right: _Reply, theirs: _Reply, tolerance: Tolerance) -> list[_Part]:
    """Compares by parts where the submission's answer has those of the reference's, and else as a whole."""
    parts, reference, submission = (_parts_of(reply) for reply in (answer, right, theirs))
    if len(reference) != len(submission):
        parts, reference, submission = ([_whole(reply)] for reply in (answer, right, theirs))
    if len(parts) != len(reference):
        return [_Part(is_silent=False, is_right=False)] * len(reference)
    return [
        _Part(is_silent=_is_alike(part, ours, tolerance), is_right=_is_alike(part, their, tolerance))
        for part, ours, their in zip(parts, reference, submission, strict=True)
    ]


def _may_explain(one: list[list[_Part]], other: list[list[_Part]], reference: list[list[_Part]]) -> bool:
    return all(
        _may_explain_part(*parts)
        for replies in zip(one, other, reference, strict=True)
        for parts in zip(*replies, strict=True)
    )


def _may_explain_part(one: _Part, other: _Part, reference: _Part) -> bool:
    if one.is_silent:
        return reference.is_right if other.is_silent else other.is_right
    return one.is_right if other.is_silent else True


def _whole(reply: _Reply) -> Any:
    return reply["ok"] if "ok" in reply else {key: value for key, value in reply.items() if key != "id"}


def _parts_of(reply: _Reply) -> list[Any]:
    """Takes an answer apart as far as it is a nesting of sequences and mappings: cases, tensors, steps."""
    return list(_leaves(reply["ok"])) if "ok" in reply else [_whole(reply)]


def _leaves(value: Any) -> Iterator[Any]:
    if not isinstance(value, (list, tuple, dict)) or not value:
        yield value
        return
    for item in value.values() if isinstance(value, dict) else value:
        yield from _leaves(item)


def _is_alike(part: Any, other: Any, tolerance: Tolerance) -> bool:
    if isinstance(part, dict) and isinstance(other, dict) and "error" in part and "error" in other:
        return bool(part["error"]["types"] == other["error"]["types"])
    return agree(part, other, tolerance)
