"""Two answers agree when nothing tells them apart: kinds exactly, numbers within the tolerance."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from grader.runtime.trusted.agreement import Tolerance, agree

_X = torch.tensor([1.0, 2.0], dtype=torch.float64)
_NAN = float("nan")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (0.1 + 0.2, 0.3),
        (_NAN, _NAN),
        (float("inf"), float("inf")),
        ("a", "a"),
        (_X, _X + 1e-10),
        (torch.tensor([_NAN, 1.0]), torch.tensor([_NAN, 1.0])),
        (torch.tensor([1, 2]), torch.tensor([1, 2])),
        (torch.empty(2, device="meta"), torch.empty(2, device="meta")),
        ([_X, (1, {"a": _X})], [_X.clone(), (1, {"a": _X.clone()})]),
        (torch.float32, torch.float32),
        (torch.empty(0, 3), torch.empty(0, 3)),
    ],
)
def test_same_answers_agree(one: Any, other: Any) -> None:
    assert agree(one, other, Tolerance())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, 0),
        (True, 1),
        (1, 1.0),
        (1.0, 1.0 + 1e-6),
        (_NAN, 1.0),
        ("a", b"a"),
        (_X, _X + 1e-6),
        (_X, _X.float()),
        (_X, _X[:1]),
        (_X, _X.reshape(2, 1)),
        (_X, [1.0, 2.0]),
        (_X, _X.clone().requires_grad_()),
        (torch.tensor([_NAN, 1.0]), torch.tensor([1.0, 1.0])),
        (torch.tensor([1, 2]), torch.tensor([1, 3])),
        (torch.empty(2), torch.empty(2, device="meta")),
        ([_X], (_X,)),
        ([_X], [_X, _X]),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": 2}),
        (torch.empty(0, 3), torch.empty(0, 2)),
    ],
)
def test_different_answers_do_not_agree(one: Any, other: Any) -> None:
    assert not agree(one, other, Tolerance())
    assert not agree(other, one, Tolerance())


def test_tolerance_of_the_comparison_counts() -> None:
    assert agree(_X, _X + 1e-3, Tolerance(rtol=0.0, atol=1e-2))
    assert not agree(_X, _X + 1e-10, Tolerance(rtol=0.0, atol=0.0))
    assert agree(1.0, 1.001, Tolerance(rtol=1e-2, atol=0.0))


def test_factor_widens_the_dtypes_own_tolerance() -> None:
    assert Tolerance(factor=10.0).of(torch.float32) == pytest.approx((1e-3, 1e-5))
    assert Tolerance(0.5, None, 10.0).of(torch.float64) == pytest.approx((5.0, 1e-10))
