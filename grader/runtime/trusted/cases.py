"""Names one case of a batch for a student: which one it is, and the shapes of the tensors that it was asked with. Pure.

What is asked comes from the suite, and its shapes are fixed there; nothing that a candidate returned gets in here.
"""

from __future__ import annotations

import itertools
from typing import Any

from grader.models import Text
from grader.runtime.trusted.values import tensors_in
from grader.runtime.wire.phrases import say

__all__ = ["name_case"]

_MAX_SHAPES = 3


def name_case(number: int, count: int, asked: Any) -> Text:
    """Returns the words for a case: its number, and the shapes of its first three tensors.

    Args:
        number: of the case, from 1 to `count`.
        asked: the arguments: any nesting of tensors, numbers and the like in lists, tuples and dicts.
    """
    shapes = [str(tuple(tensor.shape)) for tensor in itertools.islice(tensors_in(asked), _MAX_SHAPES + 1)]
    if not shapes:
        return say("case {number} of {count}", number=number, count=count)
    if len(shapes) == 1:
        return say("case {number} of {count}, shape {shape}", number=number, count=count, shape=shapes[0])
    return say("case {number} of {count}, shapes {shapes}", number=number, count=count, shapes=_listed(shapes))


def _listed(shapes: list[str]) -> object:
    if len(shapes) > _MAX_SHAPES:
        return ", ".join([*shapes[:_MAX_SHAPES], "..."])
    return say("{shapes} and {last}", shapes=", ".join(shapes[:-1]), last=shapes[-1])
