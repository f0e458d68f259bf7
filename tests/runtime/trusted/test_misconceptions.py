"""Which mutant explains the answers of a submission: all of what was asked counts, and a guess is no answer."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import torch

from grader.models import Suite, Verdict
from grader.runtime.trusted import misconceptions
from grader.runtime.trusted.agreement import Tolerance
from grader.runtime.trusted.link import Exchange
from grader.runtime.trusted.misconceptions import Mutants, find_mutants
from grader.runtime.trusted.transcripts import Transcript
from grader.runtime.wire.settings import _read
from tests.support.transcripts import REFERENCE, asked

_MUTANTS = """\
from grader.suite.mutants import mutant

@mutant(en="Your result is one too large.", zh="结果大了一。")
def adds_one(x: Tensor, y: Unknown) -> Tensor:
    return x + y + _STEP

@mutant(en="Your function subtracts.", zh="你做了减法。")
def subtracts(x: Tensor, y: Tensor) -> Tensor:
    return x - y

@mutant(en="Your function refuses vectors.", zh="你拒绝了向量。")
def refuses_vectors(x: Tensor, y: Tensor) -> Tensor:
    if x.ndim == 1:
        raise ValueError(f"vectors of {len(x)}")
    return x + y

@mutant(en="Your noise is not scaled.", zh="噪声没有缩放。")
def noisy(x: Tensor, y: Tensor) -> Tensor:
    return x + y + torch.rand(x.shape)

@mutant(en="Your function changes its argument.", zh="你修改了参数。")
def in_place(x: Tensor, y: Tensor) -> Tensor:
    return x.add_(y)
"""
_SUITE = Suite(files={}, sha256="", reference=REFERENCE, mutants={"add": _MUTANTS})
_ONES = torch.ones(2)


@pytest.fixture(autouse=True)
def _without_modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import sys

    monkeypatch.setattr(sys, "modules", {**sys.modules})
    yield


def _names(*transcripts: Transcript, suite: Suite = _SUITE) -> list[str]:
    return [mutant.name for mutant in find_mutants(Mutants(suite), transcripts, "add", "cpu")]


def _name(*transcripts: Transcript, suite: Suite = _SUITE) -> str | None:
    """Returns the only one."""
    names = _names(*transcripts, suite=suite)
    assert len(names) <= 1
    return names[0] if names else None


_PLUS_ONE = "def add(a, b):\n    return b + (a + 1)\n"


def test_mutant_that_answers_the_same_is_named_whatever_the_style() -> None:
    assert _name(asked(_PLUS_ONE, (_ONES, _ONES))) == "adds_one"


def test_answers_that_no_mutant_gives_have_no_name() -> None:
    assert _name(asked("def add(a, b):\n    return a * b\n", (_ONES, _ONES + 2))) is None


def test_nothing_wrong_has_no_name() -> None:
    assert _name(asked(_PLUS_ONE, (_ONES, _ONES), verdict=Verdict.PASSED)) is None
    assert _name() is None


def test_tests_that_passed_count_too() -> None:
    sometimes = "def add(a, b):\n    return a + b + (a.ndim == 1)\n"
    wrong = asked(sometimes, (_ONES, _ONES))
    assert _name(wrong) == "adds_one"
    assert _name(wrong, asked(sometimes, (torch.ones(2, 2), _ONES), verdict=Verdict.PASSED)) is None


def test_several_that_cannot_be_told_apart_have_no_name() -> None:
    zero = torch.zeros(2)
    assert _name(asked("def add(a, b):\n    return a - b + 1\n", (_ONES, zero))) == "adds_one"
    twin = _MUTANTS.replace("def subtracts", "def subtracts_too")
    suite = Suite(files={}, sha256="", reference=REFERENCE, mutants={"add": _MUTANTS + twin.split("\n\n", 1)[1]})
    assert _name(asked("def add(a, b):\n    return a - b\n", (_ONES, _ONES + 2)), suite=suite) is None


def test_of_several_within_the_tolerance_the_exact_one_is_named() -> None:
    close = '@mutant(en="Your sum is off.", zh="和略有偏差。")\ndef off(x, y):\n    return x + y + 1.0000001\n'
    suite = Suite(files={}, sha256="", reference=REFERENCE, mutants={"add": _MUTANTS + "\n" + close})
    double = torch.ones(2, dtype=torch.float64)
    wide = Tolerance(rtol=1e-3, atol=1e-3)
    assert _name(asked(_PLUS_ONE, (double, double), tolerance=wide), suite=suite) == "adds_one"


def test_the_tests_own_tolerance_decides() -> None:
    nearly = "def add(a, b):\n    return a + b + 1.01\n"
    assert _name(asked(nearly, (_ONES, _ONES))) is None
    assert _name(asked(nearly, (_ONES, _ONES), tolerance=Tolerance(rtol=0.0, atol=0.05))) == "adds_one"


def test_random_numbers_are_drawn_from_the_same_seed() -> None:
    same = "def add(a, b):\n    noise = torch.rand(a.shape)\n    return a + b + noise\n"
    assert _name(asked(same, (_ONES, _ONES), (_ONES, _ONES))) == "noisy"
    other = "def add(a, b):\n    torch.rand(1)\n    return a + b + torch.rand(a.shape)\n"
    assert _name(asked(other, (_ONES, _ONES))) is None


def test_numpy_draws_from_the_same_seed_too() -> None:
    drawing = "import numpy\n    return {} + float(numpy.random.rand()) + numpy.random.randn()\n"
    mutant = f'@mutant(en="Noise.", zh="噪声。")\ndef noisy(x, y):\n    {drawing.format("x + y")}'
    suite = Suite(files={}, sha256="", reference=REFERENCE, mutants={"add": mutant})
    same = f"def add(a, b):\n    {drawing.format('a + b')}"
    assert _name(asked(same, (_ONES, _ONES), (_ONES, _ONES)), suite=suite) == "noisy"


@pytest.mark.parametrize(
    "setting",
    ["torch.set_default_dtype(torch.float64)", "torch.set_grad_enabled(False)", "torch.set_default_device('meta')"],
)
def test_settings_of_the_reference_and_of_mutants_stay_with_them(setting: str) -> None:
    before = _read()
    mutant = f'@mutant(en="Less.", zh="少。")\ndef less(x, y):\n    z = x - y\n    {setting}\n    return z\n'
    reference = f"{REFERENCE}\n{setting}\n"
    suite = Suite(files={}, sha256="", reference=reference, mutants={"add": mutant})
    Mutants(suite).prepare()
    assert _read() == before
    assert _name(asked("def add(a, b):\n    return a - b\n", (_ONES, _ONES + 2)), suite=suite) == "less"
    assert _read() == before


def test_mutant_gets_inputs_of_its_own() -> None:
    wrong = asked("def add(a, b):\n    return a - b\n", (_ONES, _ONES + 2))
    assert _name(wrong) == "subtracts"
    assert _name(wrong) == "subtracts"  # nobody changed what was kept


def test_exception_that_failed_the_test_must_say_the_same() -> None:
    matrices = (torch.ones(2, 2), _ONES)
    same = "def add(a, b):\n    if a.ndim == 1:\n        raise ValueError(f'vectors of {len(a)}')\n    return a + b\n"
    assert _name(asked(same, matrices, (_ONES, _ONES), verdict=Verdict.ERROR)) == "refuses_vectors"
    other = same.replace("vectors of", "no vectors of")
    assert _name(asked(other, matrices, (_ONES, _ONES), verdict=Verdict.ERROR)) is None
    # Where the test went on after it, only the type counts.
    assert _name(asked(other, (_ONES, _ONES), matrices)) == "refuses_vectors"


def test_code_that_never_returned_anything_is_not_explained() -> None:
    same = "def add(a, b):\n    raise ValueError(f'vectors of {len(a)}')\n"
    assert _name(asked(same, (_ONES, _ONES), verdict=Verdict.ERROR)) is None


def test_missing_reply_is_not_explained() -> None:
    wrong = asked(_PLUS_ONE, (_ONES, _ONES))
    hung = Transcript(task="add", exchanges=[Exchange(b"", None)], verdict=Verdict.TIMEOUT)
    assert _name(wrong, hung) is None


def test_other_tasks_do_not_count() -> None:
    wrong = asked(_PLUS_ONE, (_ONES, _ONES))
    hung = Transcript(task="other", exchanges=[Exchange(b"", None)], verdict=Verdict.TIMEOUT)
    assert _name(wrong, hung) == "adds_one"


def test_mutant_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misconceptions, "_BUDGET_S", 0.1)
    endless = '@mutant(en="Your loop never ends.", zh="循环不会结束。")\ndef endless(x, y):\n    while True: pass\n'
    suite = Suite(files={}, sha256="", reference=REFERENCE, mutants={"add": endless})
    started = time.monotonic()
    assert _name(asked(_PLUS_ONE, (_ONES, _ONES)), suite=suite) is None
    assert time.monotonic() - started < 5


_EDITS = """\
[adds_a_little]
en = "You add a number that is not asked for."
zh = "你加了一个不该加的数。"
each = {much = ["1", "2"]}
edits = [["x + y", "x + y + {much}"]]
"""


@pytest.mark.parametrize("much", [1, 2])
def test_every_form_of_a_mutant_of_edits_is_told_as_one(much: int) -> None:
    suite = Suite(files={}, sha256="", reference=REFERENCE, edits={"add": _EDITS})
    wrong = asked(f"def add(a, b):\n    return {much} + a + b\n", (_ONES, _ONES))
    assert _name(wrong, suite=suite) == "adds_a_little"


def test_forms_that_answer_alike_are_no_doubt() -> None:
    twice = _EDITS.replace('["1", "2"]', '["1", "1.0"]')
    suite = Suite(files={}, sha256="", reference=REFERENCE, edits={"add": twice})
    assert _name(asked(_PLUS_ONE, (_ONES, _ONES)), suite=suite) == "adds_a_little"


def test_forms_that_are_only_close_are_no_doubt_either() -> None:
    near = _EDITS.replace('["1", "2"]', '["1.0000001", "1.0000002"]')
    suite = Suite(files={}, sha256="", reference=REFERENCE, edits={"add": near})
    double, wide = torch.ones(2, dtype=torch.float64), Tolerance(rtol=1e-3, atol=1e-3)
    assert _name(asked(_PLUS_ONE, (double, double), tolerance=wide), suite=suite) == "adds_a_little"


def test_exact_forms_win_over_another_mutant_that_is_close() -> None:
    twice = _EDITS.replace('["1", "2"]', '["1", "1.0"]')
    close = '@mutant(en="Your sum is off.", zh="和略有偏差。")\ndef off(x, y):\n    return x + y + 1.0000001\n'
    suite = Suite(files={}, sha256="", reference=REFERENCE, edits={"add": twice}, mutants={"add": close})
    double, wide = torch.ones(2, dtype=torch.float64), Tolerance(rtol=1e-3, atol=1e-3)
    assert _name(asked(_PLUS_ONE, (double, double), tolerance=wide), suite=suite) == "adds_a_little"


def test_mutants_of_both_kinds_stand_beside_each_other() -> None:
    suite = Suite(files={}, sha256="", reference=REFERENCE, edits={"add": _EDITS}, mutants={"add": _MUTANTS})
    mutants = Mutants(suite)
    mutants.prepare()
    assert [found.found.name for found in mutants.of_task("add")][:3] == ["adds_a_little"] * 2 + ["adds_one"]


def test_edits_that_do_not_fit_leave_the_whole_definitions() -> None:
    unfit = _EDITS.replace('x + y"', 'x * y"')
    suite = Suite(files={}, sha256="", reference=REFERENCE, edits={"add": unfit}, mutants={"add": _MUTANTS})
    assert _name(asked(_PLUS_ONE, (_ONES, _ONES)), suite=suite) == "adds_one"


@pytest.mark.parametrize("text", ["def broken(:", "x = 1", "@mutant(en=1)\ndef f(x, y): ...\n"])
def test_mutants_that_do_not_read_are_passed_over(text: str) -> None:
    suite = Suite(files={}, sha256="", reference=REFERENCE, mutants={"add": text})
    mutants = Mutants(suite)
    mutants.prepare()
    assert mutants.of_task("add") == []


def test_mutant_that_cannot_be_loaded_leaves_the_others() -> None:
    broken = '@mutant(en="Your default is wrong.", zh="默认值不对。")\ndef broken(x, y=missing): ...\n'
    suite = Suite(files={}, sha256="", reference=REFERENCE, mutants={"add": broken + "\n" + _MUTANTS})
    names = [found.found.name for found in Mutants(suite).of_task("add")]
    assert "adds_one" in names
    assert "broken" not in names
