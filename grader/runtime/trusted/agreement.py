"""Whether two answers are the same, as far as one may tell them apart: exact kinds, and values within a tolerance."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor

from grader.runtime.trusted.compare import tolerances_of

__all__ = ["BIT_FOR_BIT", "Tolerance", "agree"]


class Tolerance(NamedTuple):
    """How far apart two numbers may be: `atol + rtol * |other|`. None stands for the dtype's own."""

    rtol: float | None = None
    atol: float | None = None
    factor: float = 1.0

    def of(self, dtype: torch.dtype) -> tuple[float, float]:
        """Returns rtol and atol for a dtype."""
        rtol, atol = tolerances_of(dtype)
        return (
            self.factor * (rtol if self.rtol is None else self.rtol),
            self.factor * (atol if self.atol is None else self.atol),
        )


BIT_FOR_BIT = Tolerance(0.0, 0.0)
"""NaN agrees with NaN, and 0 with -0."""


def agree(one: Any, other: Any, tolerance: Tolerance) -> bool:
    """Returns whether two decoded answers have the same types, shapes, dtypes and `requires_grad`, and close values.

    NaN agrees with NaN here: what counts is whether two pieces of code do the same.
    """
    if type(one) is not type(other):
        return False
    if isinstance(one, Tensor):
        return _tensors_agree(one, other, tolerance)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(agree(a, b, tolerance) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(agree(value, other[key], tolerance) for key, value in one.items())
    if isinstance(one, float):
        rtol, atol = tolerance.of(torch.float64)
        are_both_nan = math.isnan(one) and math.isnan(other)
        return one == other or are_both_nan or abs(one - other) <= atol + rtol * abs(other)
    return bool(one == other)


def _tensors_agree(one: Tensor, other: Tensor, tolerance: Tolerance) -> bool:
    facts = [(t.shape, t.dtype, t.device.type, t.requires_grad) for t in (one, other)]
    if facts[0] != facts[1]:
        return False
    if one.device.type == "meta":
        return True
    if not (one.is_floating_point() or one.is_complex()):
        return torch.equal(one, other)
    rtol, atol = tolerance.of(one.dtype)
    return bool(torch.isclose(one, other, rtol=rtol, atol=atol, equal_nan=True).all())
