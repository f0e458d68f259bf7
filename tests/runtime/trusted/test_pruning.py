"""Which pairs are left out by what each of the two answers alone."""

from __future__ import annotations

import types

import pytest
import torch

from grader.runtime.trusted import pruning
from grader.runtime.trusted.pruning import plausible_pairs
from grader.runtime.trusted.transcripts import told_of
from tests.support.transcripts import asked

_REFERENCE = "def add(x, y):\n    return [x + y, [x - y], {'product': x * y}]\n"
_MUTANTS = (
    _REFERENCE.replace("x + y", "x + y + 1"),
    _REFERENCE.replace("x - y", "y - x"),
    _REFERENCE.replace("x * y", "x * x"),
    _REFERENCE.replace("x + y", "x + y + 1").replace("x - y", "y - x + 1"),
)
_PAIRS = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
_X, _Y = torch.tensor([1.0, 2.0]), torch.tensor([7.0, -4.0])


@pytest.fixture(autouse=True)
def _no_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "_FEW", 0)


def _module(source: str) -> types.ModuleType:
    module = types.ModuleType("solution")
    exec(source, module.__dict__)  # noqa: S102 - the test's own text
    return module


def _left(submission: str) -> list[tuple[int, int]]:
    told = told_of([asked(submission, (_X, _Y))], "add", "cpu")
    return plausible_pairs(_module(_REFERENCE), [_module(source) for source in _MUTANTS], _PAIRS, told, "cpu")


def test_where_one_is_silent_the_other_has_to_be_right() -> None:
    both = _REFERENCE.replace("x + y", "x + y + 1").replace("x * y", "x * x")
    assert _left(both) == [(0, 2)]


def test_where_both_are_silent_the_reference_has_to_be_right() -> None:
    third_too = _REFERENCE.replace("x + y", "x + y + 1").replace("x - y", "y - x").replace("x * y", "x * y + 9")
    assert _left(third_too) == []


def test_where_both_change_a_part_nothing_is_known() -> None:
    assert (0, 3) in _left(_REFERENCE.replace("x + y", "x + y + 7").replace("x - y", "y - x + 1"))


def test_answers_in_other_parts_leave_nothing_out() -> None:
    assert _left("def add(x, y):\n    return x + y\n") == _PAIRS


def test_exception_is_a_part_by_its_type() -> None:
    raising = "def add(x, y):\n    raise ValueError(x)\n"
    told = told_of([asked(raising, (_X, _Y)), asked(_REFERENCE.replace("x + y", "y"), (_X, _Y))], "add", "cpu")
    mutants = [_module("def add(x, y):\n    raise ValueError('other words')\n"), _module(_REFERENCE)]
    assert plausible_pairs(_module(_REFERENCE), mutants, [(0, 1)], told[:1], "cpu") == [(0, 1)]
    mutants[0] = _module("def add(x, y):\n    raise KeyError(x)\n")
    assert plausible_pairs(_module(_REFERENCE), mutants, [(0, 1)], told[:1], "cpu") == []


def test_once_there_are_few_no_more_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "_FEW", len(_PAIRS))
    assert _left(_REFERENCE.replace("x + y", "x + y + 1").replace("x * y", "x * x")) == _PAIRS
