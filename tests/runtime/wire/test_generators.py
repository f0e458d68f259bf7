"""All generators of a process are seeded as one, and can be left as they were."""

from __future__ import annotations

import random

import numpy
import pytest
import torch

from grader.runtime.wire.generators import kept_generators, seed_generators


def _drawn() -> list[float]:
    return [random.random(), float(numpy.random.rand()), torch.rand(()).item()]


def test_generators_draw_the_same_after_the_same_seed() -> None:
    with kept_generators():
        seed_generators(3)
        first = _drawn()
        seed_generators(4)
        other = _drawn()
        seed_generators(3)
        assert _drawn() == first
        assert all(one != another for one, another in zip(first, other, strict=True))


def test_seed_may_be_larger_than_numpy_takes() -> None:
    with kept_generators():
        seed_generators(2**63 - 1)
        first = _drawn()
        seed_generators(2**63 - 1)
        assert _drawn() == first


def test_seed_does_not_ask_what_the_code_has_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numpy.random, "seed", None)
    monkeypatch.setattr(random, "seed", None)
    with kept_generators():
        seed_generators(3)


def test_kept_generators_go_on_from_where_they_were() -> None:
    with kept_generators():
        seed_generators(5)
        expected = [_drawn(), _drawn()]
        seed_generators(5)
        first = _drawn()
        with kept_generators():
            seed_generators(9)
            _drawn()
        assert [first, _drawn()] == expected
