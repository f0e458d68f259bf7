"""Two mistakes at once: told where all pairs that answer alike say so, and nothing of a pair reaches the next."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import pytest
import torch

from grader.models import Suite, Verdict
from grader.runtime.trusted import misconceptions, pairs, time_box
from grader.runtime.trusted.agreement import Tolerance
from grader.runtime.trusted.misconceptions import Mutants, find_mutants
from grader.runtime.trusted.transcripts import Transcript
from grader.runtime.wire.settings import _read
from tests.support.transcripts import asked

_REFERENCE = """\
import torch
from torch import Tensor

_SEEN = []

def add(x: Tensor, y: Tensor) -> Tensor:
    first = x
    second = y
    total = first + second
    return total
"""
_EDITS = """\
[doubles_x]
en = "You double x."
edits = [["= x", "= 2 * x"]]

[negates_y]
en = "You negate y."
edits = [["= y", "= -y"]]

[multiplies]
en = "You multiply."
edits = [["first + second", "first * second"]]

[returns_one_more]
en = "You return one more."
edits = [["return total", "return total + 1"]]
"""
_X, _Y = torch.tensor([1.0, 2.0]), torch.tensor([7.0, -4.0])
_BOTH = "def add(a, b):\n    return a + a - b\n"


@pytest.fixture(autouse=True)
def _modules_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    yield


def _names(
    *transcripts: Transcript, edits: str = _EDITS, more: str = "", mutants: str = "", reference: str = _REFERENCE
) -> list[str]:
    definitions = {"add": mutants} if mutants else {}
    suite = Suite(files={}, sha256="", reference=reference, edits={"add": edits + more}, mutants=definitions)
    return [mutant.name for mutant in find_mutants(Mutants(suite), transcripts, "add", "cpu")]


def _mutant(name: str, old: str, new: str) -> str:
    return f"\n[{name}]\nen = \"You do.\"\nedits = [['''{old}''', '''{new}''']]\n"


def test_two_mistakes_that_explain_the_answers_together_are_both_told() -> None:
    assert _names(asked(_BOTH, (_X, _Y))) == ["doubles_x", "negates_y"]


def test_one_mistake_is_told_alone_whatever_it_could_be_together_with() -> None:
    idle = _mutant("idle", "total = first", "total = 1 * first")
    assert _names(asked("def add(a, b):\n    return a - b\n", (_X, _Y)), more=idle) == ["negates_y"]


def test_of_several_that_explain_the_answers_alone_none_is_told_and_no_pair() -> None:
    wrong = asked("def add(a, b):\n    return a - b\n", (_X, _Y))
    more = _mutant("subtracts", "first + second", "first - second") + _mutant(
        "idle", "return total", "return 1 * total"
    )
    assert _names(wrong, more=more) == []


def test_pairs_that_have_one_mistake_in_common_tell_that_one() -> None:
    twin = _mutant("negates_y_too", "second = y", "second = y.neg()")
    assert _names(asked(_BOTH, (_X, _Y)), more=twin) == ["doubles_x"]


def test_pairs_that_have_nothing_in_common_tell_nothing() -> None:
    twins = _mutant("doubles_x_too", "first = x", "first = x + x") + _mutant(
        "negates_y_too", "second = y", "second = y.neg()"
    )
    assert _names(asked(_BOTH, (_X, _Y)), more=twins) == []


def test_of_pairs_within_the_tolerance_the_exact_one_is_told() -> None:
    close = _mutant("nearly_negates", "second = y", "second = -1.0000001 * y")
    x, y, wide = _X.double(), _Y.double(), Tolerance(rtol=1e-3, atol=1e-3)
    assert _names(asked(_BOTH, (x, y), tolerance=wide), more=close) == ["doubles_x", "negates_y"]
    neither = _BOTH.replace("- b", "- 1.00000005 * b")
    assert _names(asked(neither, (x, y), tolerance=wide), more=close) == ["doubles_x"]


_STYLES = """
[floors_x]
right = true
edits = [["= x", "= x.floor()"]]

[floors_y]
right = true
edits = [["= y", "= y.floor()"]]
"""
_HALVES = torch.tensor([1.5, 2.0])


def test_mistake_that_shows_only_in_another_style_is_told_alone() -> None:
    wrong = asked("def add(a, b):\n    return a.floor() - b\n", (_HALVES, _HALVES))
    assert _names(wrong) == []
    assert _names(wrong, more=_STYLES) == ["negates_y"]


def test_styles_are_no_mistakes() -> None:
    for written in ("a.floor() + b", "a.floor() + b.floor()"):
        assert _names(asked(f"def add(a, b):\n    return {written}\n", (_HALVES, _HALVES)), more=_STYLES) == []


def test_style_that_shows_nothing_alone_is_tried_with_every_mistake() -> None:
    hidden = """
[asks_for_less]
right = true
edits = [["return total", "return total if total.sum() > -9 else total * 0"]]
"""
    wrong = asked("def add(a, b):\n    return 0 * a\n", (_X, torch.tensor([7.0, 14.0])))
    many = "".join(_mutant(f"adds_{n}", "= y", f"= y + {n}") for n in range(1, 12))
    assert _names(wrong, more=hidden + many) == ["negates_y"]


def test_tests_that_passed_count_for_pairs_too() -> None:
    sometimes = "def add(a, b):\n    return a + b if a.ndim == 2 else a + a - b\n"
    wrong = asked(sometimes, (_X, _Y))
    assert _names(wrong) == ["doubles_x", "negates_y"]
    assert _names(wrong, asked(sometimes, (torch.ones(2, 2), _X), verdict=Verdict.PASSED)) == []


def test_three_mistakes_are_not_told() -> None:
    assert _names(asked("def add(a, b):\n    return a + a - b + 1\n", (_X, _Y))) == []


def test_edits_that_overlap_make_no_pair() -> None:
    overlapping = _mutant("negates_y_and_adds", "second = y", "second = 1 - y")
    assert _names(asked("def add(a, b):\n    return a - 1 + b\n", (_X, _Y)), more=overlapping) == []


def test_forms_of_one_mutant_make_no_pair_and_are_one_name() -> None:
    forms = '\n[scales]\nen = "You scale by {by}."\neach = {by = ["5", "5.0"]}\nedits = [["= x", "= {by} * x"]]\n'
    assert _names(asked("def add(a, b):\n    return 5 * a - b\n", (_X, _Y)), more=forms) == [
        "negates_y",
        "scales",
    ]


def test_whole_definitions_are_in_no_pair() -> None:
    whole = '@mutant(en="You add two.")\ndef adds_two(x, y):\n    return x + y + 2\n'
    assert _names(asked("def add(a, b):\n    return a - b + 2\n", (_X, _Y)), mutants=whole) == []
    assert _names(asked(_BOTH, (_X, _Y)), mutants=whole) == ["doubles_x", "negates_y"]


@pytest.mark.parametrize("new", ["return total +", "return (yield total)", "return missing"], ids=str)
def test_pair_that_does_not_run_leaves_the_others(new: str) -> None:
    assert _names(asked(_BOTH, (_X, _Y)), more=_mutant("broken", "return total", new)) == [
        "doubles_x",
        "negates_y",
    ]


@pytest.mark.parametrize(
    "left_behind",
    [
        "torch.set_default_dtype(torch.float64)",
        "torch.set_grad_enabled(False)",
        "_SEEN.append(1)",
        "global Tensor; Tensor = None",
        "global _left; _left = 1",
    ],
)
def test_what_a_pair_leaves_behind_does_not_reach_the_next(left_behind: str) -> None:
    """It does so in every pair that comes before the right one."""
    before = _read()
    leaving = f'[leaves]\nen = "You leave."\nedits = [["return total", """{left_behind}\n    return total + 5"""]]\n\n'
    dirty = _EDITS.replace("[negates_y]", leaving + "[negates_y]")
    honest = _REFERENCE.replace(
        "second = y", "second = y + len(_SEEN) + globals().get('_left', 0) + torch.zeros(()).double().item()"
    )
    honest = honest.replace("total = first", "assert Tensor and torch.is_grad_enabled()\n    total = first")
    assert _names(asked(_BOTH, (_X, _Y)), edits=dirty, reference=honest) == ["doubles_x", "negates_y"]
    assert _read() == before


_ENDLESS = {
    "plain": """
        while True: pass
""",
    "catching": """
        while True:
            try:
                while True: pass
            except BaseException: pass
""",
    "calling": """
        def again():
            try:
                while True: pass
            except BaseException: again()
        while True:
            try: again()
            except BaseException: pass
""",
}


@pytest.fixture
def every_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has pairs asked too that what each of the two answers alone leaves out."""
    monkeypatch.setattr(pairs, "plausible_pairs", lambda _reference, _mutants, numbers, *_: numbers)


@pytest.mark.usefixtures("every_pair")
@pytest.mark.parametrize("endless", _ENDLESS.values(), ids=_ENDLESS)
def test_endless_pair_ends_with_the_time_box_and_nothing_is_told(monkeypatch: pytest.MonkeyPatch, endless: str) -> None:
    """Alone neither is endless: the one sets what the other waits for."""
    monkeypatch.setattr(pairs, "_BUDGET_S", 0.2)
    waits = _mutant("waits", "total = first", f"if first is not x:{endless}\n    total = first")
    tracing, started = sys.gettrace(), time.monotonic()
    assert _names(asked("def add(a, b):\n    return a * b + 1\n", (_X, _Y)), more=waits) == []
    assert time.monotonic() - started < 5
    assert sys.gettrace() is tracing


_BUSY = """import time
    until = time.process_time() + {seconds}
    while time.process_time() < until: pass
    return total"""


@pytest.mark.usefixtures("every_pair")
def test_nothing_is_told_when_the_time_is_up_before_all_pairs_were_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "_BUDGET_S", 60.0)
    slow = _mutant("works", "return total", _BUSY.format(seconds=0.05))
    wrong = asked(_BOTH, (_X, _Y))
    assert _names(wrong, more=slow) == ["doubles_x", "negates_y"]
    monkeypatch.setattr(pairs, "_BUDGET_S", 0.1)
    assert _names(wrong, more=slow) == []


def test_no_pair_is_tried_when_the_time_of_the_mutants_was_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "_BUDGET_S", 60.0)
    slow = _mutant("works", "return total", _BUSY.format(seconds=0.3))
    assert _names(asked(_BOTH, (_X, _Y)), more=slow) == ["doubles_x", "negates_y"]
    monkeypatch.setattr(misconceptions, "_BUDGET_S", 0.1)
    assert _names(asked(_BOTH, (_X, _Y)), more=slow) == []


def test_where_nothing_can_be_interrupted_mutants_that_took_too_long_tell_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = _mutant("works", "return total", _BUSY.format(seconds=0.3))
    wrong = asked("def add(a, b):\n    return a - b\n", (_X, _Y))
    monkeypatch.setattr(time_box, "can_limit_time", lambda: False)
    assert _names(wrong, more=slow) == ["negates_y"]
    monkeypatch.setattr(misconceptions, "_BUDGET_S", 0.1)
    assert _names(wrong, more=slow) == []


def test_mutant_that_was_cut_short_makes_no_other_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    twin = _mutant("subtracts_slowly", "return total", _BUSY.format(seconds=0.3).replace("total", "first - second"))
    wrong = asked("def add(a, b):\n    return a - b\n", (_X, _Y))
    assert _names(wrong) == ["negates_y"]
    assert _names(wrong, more=twin) == []
    monkeypatch.setattr(misconceptions, "_BUDGET_S", 0.1)
    assert _names(wrong, more=twin) == []


def test_no_pair_is_tried_where_nothing_can_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "can_limit_time", lambda: False)
    assert _names(asked(_BOTH, (_X, _Y))) == []


def test_time_of_the_processor_counts_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "_BUDGET_S", 0.3)
    slow = _mutant("sleeps", "return total", "import time; time.sleep(0.4)\n    return total")
    assert _names(asked(_BOTH, (_X, _Y)), more=slow) == ["doubles_x", "negates_y"]
