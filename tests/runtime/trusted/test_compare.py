"""Every kind of wrong has its own word; of a hidden test no number gets out, of a visible one the difference."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
import torch
from torch import Tensor

from grader.models import Text
from grader.runtime.trusted.compare import Mismatch, Unmet, assert_close, in_case, require, type_phrase

_NAN, _INF = math.nan, math.inf


def _diff(actual: Any, expected: Any, **tolerances: float) -> str:
    diff = _mismatch(actual, expected, **tolerances).diff
    return "" if diff is None else diff["en"]


def _mismatch(actual: Any, expected: Any, **tolerances: Any) -> Mismatch:
    with pytest.raises(Mismatch) as caught:
        assert_close(actual, expected, **tolerances)
    return caught.value


# What is equal.


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (None, None),
        (True, True),
        (3, 3),
        ("a", "a"),
        (b"a", b"a"),
        (1.0, 1.0),
        (2, 2.0),
        (_INF, _INF),
        (torch.float32, torch.float32),
        (torch.device("cpu"), torch.device("cpu")),
        ([1, (2.0, "x")], [1, (2.0, "x")]),
        ((1, 2), torch.Size([1, 2])),
        (torch.Size([1, 2]), (1, 2)),
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1}),
        ([], []),
        ({}, {}),
        (torch.zeros(0, 3), torch.zeros(0, 3)),
        (torch.tensor(1.5), torch.tensor(1.5)),
        (torch.tensor([_INF, -_INF]), torch.tensor([_INF, -_INF])),
        (torch.tensor([True, False]), torch.tensor([True, False])),
        (torch.zeros(2), torch.zeros(2, requires_grad=True)),
        (torch.empty(2, device="meta"), torch.empty(2, device="meta")),
    ],
    ids=repr,
)
def test_assert_close_accepts_what_is_equal(actual: Any, expected: Any) -> None:
    assert_close(actual, expected)


# What differs, by kind.


@pytest.mark.parametrize(
    ("actual", "expected", "kind"),
    [
        (None, torch.zeros(2), "type"),
        ([0.0, 0.0], torch.zeros(2), "type"),
        (torch.zeros(()), 0.0, "type"),
        (torch.zeros(()), 0, "type"),
        (1, True, "type"),
        (True, 1, "type"),
        (1.0, 1, "type"),
        (True, 1.0, "type"),
        ("1", 1.0, "type"),
        ("1", 1, "type"),
        (None, 1, "type"),
        (0, None, "type"),
        ([1, 2], (1, 2), "type"),
        ((1, 2), [1, 2], "type"),
        ([1, 2], torch.Size([1, 2]), "type"),
        (torch.Size([1, 2]), [1, 2], "type"),
        ([("a", 1)], {"a": 1}, "type"),
        ({"a": 1}, [("a", 1)], "type"),
        ([True], [1], "type"),
        ("torch.float32", torch.float32, "type"),
        ([1, 2], [1], "length"),
        ((), (1,), "length"),
        ({"a": 1}, {"b": 1}, "keys"),
        ({"a": 1, "b": 2}, {"a": 1}, "keys"),
        ({}, {"a": 1}, "keys"),
        (torch.zeros(2, 3), torch.zeros(3, 2), "shape"),
        (torch.zeros(1), torch.zeros(()), "shape"),
        (torch.zeros(1, 2), torch.zeros(2), "shape"),
        (torch.zeros(2, dtype=torch.float64), torch.zeros(2), "dtype"),
        (torch.zeros(2, dtype=torch.int64), torch.zeros(2, dtype=torch.bool), "dtype"),
        (torch.zeros(2, device="meta"), torch.zeros(2), "device"),
        (torch.tensor([_NAN, 1.0]), torch.tensor([1.0, 1.0]), "nan"),
        (_NAN, 1.0, "nan"),
        (torch.tensor([_NAN]), torch.tensor([_NAN]), "values"),
        (torch.tensor([1.0]), torch.tensor([_NAN]), "values"),
        (_NAN, _NAN, "values"),
        (torch.tensor([_INF]), torch.tensor([-_INF]), "values"),
        (torch.tensor([1.0]), torch.tensor([_INF]), "values"),
        (torch.tensor([_INF]), torch.tensor([1.0]), "values"),
        (torch.tensor([True]), torch.tensor([False]), "values"),
        (torch.tensor([1]), torch.tensor([2]), "values"),
        (torch.tensor([1 + 1j]), torch.tensor([1 - 1j]), "values"),
        (2**53 + 1, float(2**53 + 2**40), "values"),
        (1, 2, "values"),
        ("a", "b", "values"),
        (torch.float32, torch.float64, "values"),
        ([1, 2], [1, 3], "values"),
        ({"a": [1.0]}, {"a": [2.0]}, "values"),
    ],
    ids=repr,
)
def test_assert_close_names_the_kind_of_wrong(actual: Any, expected: Any, kind: str) -> None:
    assert _mismatch(actual, expected).kind == kind


def test_assert_close_says_where_in_a_nesting() -> None:
    found = _mismatch([{"a": (torch.zeros(2), torch.zeros(3))}], [{"a": (torch.zeros(2), torch.zeros(2))}])
    assert found.message["en"] == "`result[0]['a'][1]` has shape (3,), expected (2,)"


def test_assert_close_is_an_assertion_for_pytest() -> None:
    assert issubclass(Mismatch, AssertionError)


def test_assert_close_takes_an_int_too_large_for_a_float_as_wrong() -> None:
    assert _mismatch(10**400, 1.0).kind in {"values", "type"}


# Tolerances.


@pytest.mark.parametrize(
    ("dtype", "passing", "failing"),
    [
        (torch.float64, 1e-10, 1e-8),
        (torch.complex128, 1e-10, 1e-8),
        (torch.float32, 1e-5, 1e-3),
        (torch.complex64, 1e-5, 1e-3),
        (torch.float16, 1e-2, 1e-1),
        (torch.bfloat16, 1e-2, 1e-1),
    ],
    ids=lambda value: str(value).removeprefix("torch."),
)
def test_assert_close_has_a_tolerance_for_each_dtype(dtype: torch.dtype, passing: float, failing: float) -> None:
    expected = torch.ones(3, dtype=dtype)
    assert_close((torch.ones(3, dtype=torch.complex128) * (1 + passing)).real.to(dtype), expected)
    assert _mismatch((torch.ones(3, dtype=torch.complex128) * (1 + failing)).real.to(dtype), expected).kind == "values"


def test_assert_close_compares_floats_like_float64() -> None:
    assert_close(1.0 + 1e-10, 1.0)
    assert _mismatch(1.0 + 1e-8, 1.0).kind == "values"


@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.bool], ids=str)
def test_assert_close_compares_integers_and_booleans_exactly(dtype: torch.dtype) -> None:
    actual, expected = torch.tensor([0], dtype=dtype), torch.tensor([1], dtype=dtype)
    assert _mismatch(actual, expected, rtol=1.0, atol=10.0).kind == "values"


def test_assert_close_compares_large_integers_exactly() -> None:
    assert _mismatch(torch.tensor([2**62 + 1]), torch.tensor([2**62])).kind == "values"


def test_assert_close_takes_other_tolerances() -> None:
    assert_close(torch.tensor([1.1]), torch.tensor([1.0]), rtol=0.2)
    assert_close([1.1], [1.0], atol=0.2)
    assert _mismatch(torch.tensor([1.0 + 1e-6]), torch.tensor([1.0]), rtol=0.0, atol=0.0).kind == "values"


def test_assert_close_never_takes_nan_within_any_tolerance() -> None:
    assert _mismatch(torch.tensor([_NAN]), torch.tensor([1.0]), rtol=_INF, atol=_INF).kind == "nan"


# What a student reads of a hidden test.


_SECRET = 7.25


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (_SECRET, -_SECRET),
        (torch.tensor(_SECRET), torch.tensor(-_SECRET)),
        (torch.full((2, 3), _SECRET), torch.full((2, 3), -_SECRET)),
        (torch.tensor([_NAN, _SECRET]), torch.tensor([_SECRET, _SECRET])),
        ([_SECRET, 725], [_SECRET, -725]),
        ((725, 725), (725,)),
        (725, -725),
        ("7.25", "725"),
        ({"a": torch.full((2,), _SECRET)}, {"a": torch.full((2,), -_SECRET)}),
        ({"7.25": 1}, {"725": 1}),
    ],
    ids=repr,
)
def test_message_of_a_hidden_test_holds_no_value(actual: Any, expected: Any) -> None:
    found = _mismatch(actual, expected)
    assert not re.search(r"7\.?25", found.message["en"] + found.message["zh"])
    assert found.diff, "an instructor, or the student of a visible test, gets no difference"


@pytest.mark.parametrize(
    ("actual", "expected", "message"),
    [
        (torch.zeros(2, 3), torch.zeros(3), "the result has shape (2, 3), expected (3,)"),
        (
            torch.zeros(1, dtype=torch.float64),
            torch.zeros(1),
            "the result has dtype torch.float64, expected torch.float32",
        ),
        (torch.zeros(1, device="meta"), torch.zeros(1), "the result has device meta, expected cpu"),
        (None, torch.zeros(1), "the result is `None`, expected a `Tensor`"),
        (1.0, 1, "the result is a `float`, expected an `int`"),
        (torch.ones(1), torch.zeros(1), "the result has the wrong values"),
        (torch.tensor([_NAN]), torch.zeros(1), "the result contains NaN where none should be"),
        ([1], [1, 2], "the result has the wrong length"),
        ({}, {"a": 1}, "the result has the wrong keys"),
    ],
    ids=["shape", "dtype", "device", "none", "type", "values", "nan", "length", "keys"],
)
def test_message_says_what_kind_of_wrong_it_is(actual: Any, expected: Any, message: str) -> None:
    assert _mismatch(actual, expected).message["en"] == message


@pytest.mark.parametrize(
    ("actual", "expected", "message"),
    [
        (torch.zeros(2, 3), torch.zeros(3), "结果的形状是 (2, 3)，应为 (3,)"),
        (torch.zeros(1, 513), torch.zeros(3), "结果的形状大得离谱，应为 (3,)"),
        (torch.zeros(1, dtype=torch.float64), torch.zeros(1), "结果的 dtype 是 torch.float64，应为 torch.float32"),
        (torch.zeros(1, device="meta"), torch.zeros(1), "结果的设备是 meta，应为 cpu"),
        (None, torch.zeros(1), "结果是 `None`，应为 `Tensor`"),
        ([1.0], [1], "`result[0]` 是 `float`，应为 `int`"),
        (torch.ones(1), torch.zeros(1), "结果的值不对"),
        (torch.tensor([_NAN]), torch.zeros(1), "结果在不该有 NaN 的地方出现了 NaN"),
        ([1], [1, 2], "结果的长度不对"),
        ({}, {"a": 1}, "结果的键不对"),
        ({"a": "x"}, {"a": "y"}, "`result['a']` 的值不对"),
    ],
    ids=["shape", "huge", "dtype", "device", "none", "type", "values", "nan", "length", "keys", "nested"],
)
def test_message_says_the_same_in_chinese(actual: Any, expected: Any, message: str) -> None:
    assert _mismatch(actual, expected).message["zh"] == message


# What a student reads of a visible test besides.


def test_diff_counts_and_shows_the_first_and_the_worst_element() -> None:
    expected = torch.zeros(4, 5)
    actual = expected.clone()
    actual[1, 2], actual[3, 4] = 0.5, -8.0
    lines = _diff(actual, expected).splitlines()
    assert lines == [
        "2 of 20 elements differ",
        "first at [1, 2]: got 0.5, expected 0",
        "worst at [3, 4]: got -8, expected 0",
    ]


def test_diff_has_as_many_digits_as_the_difference_takes() -> None:
    third = torch.tensor([1 / 3], dtype=torch.float64)
    assert "got 0.333333343, expected 0.333333333\n" in _diff(third.float().double(), third)
    exact = _diff(third + 1e-16, third, rtol=0.0, atol=0.0)
    assert f"got {third.item() + 1e-16:.17g}, expected {third.item():.17g}\n" in exact


def test_diff_says_the_same_in_chinese() -> None:
    diff = _mismatch(torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 3.0]])).diff
    assert diff is not None
    assert diff["zh"].splitlines() == [
        "2 个元素中有 1 个不同",
        "第一处在 [0, 1]：得到 2，应为 3",
        "相差最大在 [0, 1]：得到 2，应为 3",
        "得到 [[1, 2]]",
        "应为 [[1, 3]]",
    ]


def test_diff_takes_nan_for_the_worst_element() -> None:
    diff = _diff(torch.tensor([100.0, _NAN, 1.0]), torch.zeros(3))
    assert "worst at [1]: got nan, expected 0" in diff


def test_diff_shows_a_small_tensor_whole() -> None:
    lines = _diff(torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 3.0]])).splitlines()
    assert lines[-2:] == ["got      [[1, 2]]", "expected [[1, 3]]"]


def test_diff_shows_no_large_tensor_whole() -> None:
    assert "[[" not in _diff(torch.ones(17, 1), torch.zeros(17, 1))


@pytest.mark.parametrize(
    ("actual", "expected", "diff"),
    [
        (1.5, 2.5, "got 1.5, expected 2.5"),
        (torch.tensor(3), torch.tensor(4), "got 3, expected 4"),
        (torch.tensor(True), torch.tensor(False), "got True, expected False"),
        ("a", "b", "got 'a', expected 'b'"),
        ([1, 2], [1], "got [1, 2], expected [1]"),
        ({"a": 1}, {"b": 1}, "got ['a'], expected ['b']"),
    ],
    ids=["float", "0-d int", "0-d bool", "text", "length", "keys"],
)
def test_diff_of_plain_values_shows_both(actual: Any, expected: Any, diff: str) -> None:
    assert _diff(actual, expected) == diff


def test_diff_of_complex_and_boolean_tensors_can_be_shown() -> None:
    assert "1 of 2" in _diff(torch.tensor([1j, 2j]), torch.tensor([1j, 3j]))
    assert "1 of 2" in _diff(torch.tensor([True, True]), torch.tensor([True, False]))


def test_diff_cuts_long_values() -> None:
    assert len(_diff(list(range(1_000)), [0])) < 500


# require.


@pytest.mark.parametrize("condition", [True, 1, "x", [0], torch.tensor(True)], ids=repr)
def test_require_accepts_what_is_true(condition: object) -> None:
    require(condition, "it holds")


@pytest.mark.parametrize("condition", [False, 0, "", [], None, torch.tensor(False)], ids=repr)
def test_require_refuses_what_is_false_with_its_sentence(condition: object) -> None:
    with pytest.raises(Mismatch) as caught:
        require(condition, "the input was changed")
    assert (caught.value.kind, caught.value.message["en"]) == ("property", "the input was changed")


def test_require_says_its_sentences_in_the_languages_of_the_course_and_their_order() -> None:
    with pytest.raises(Unmet) as caught:
        require(False, "l'entrée a changé", "the input was changed")
    assert caught.value.said(["fr", "en"]) == {"fr": "l'entrée a changé", "en": "the input was changed"}
    assert caught.value.said(["fr"]) == {"fr": "l'entrée a changé"}


def test_require_takes_sentences_by_language_too() -> None:
    with pytest.raises(Unmet) as caught:
        require(False, zh="输入被改动了", en="the input was changed")
    assert caught.value.said(["en", "zh"]) == {"en": "the input was changed", "zh": "输入被改动了"}


def test_require_takes_sentences_in_both_ways_at_once() -> None:
    with pytest.raises(Unmet) as caught:
        require(False, "the input was changed", zh="输入被改动了")
    assert caught.value.said(["en", "zh"]) == {"en": "the input was changed", "zh": "输入被改动了"}


def test_require_without_a_sentence_is_a_mistake_of_the_suite_even_if_it_holds() -> None:
    with pytest.raises(TypeError, match="needs a sentence"):
        require(True)


@pytest.mark.parametrize(
    ("value", "phrase"),
    [(None, "`None`"), (1, "an `int`"), (1.0, "a `float`"), (Tensor(), "a `Tensor`"), ([], "a `list`")],
    ids=["None", "int", "float", "tensor", "list"],
)
def test_type_phrase_reads_as_english(value: object, phrase: str) -> None:
    assert type_phrase(value)["en"] == phrase


@pytest.mark.parametrize("shape", [(0, 609813), (513,), (1,) * 7], ids=["huge", "just over", "many dimensions"])
def test_hidden_message_tells_no_shape_that_could_spell_inputs(shape: tuple[int, ...]) -> None:
    with pytest.raises(Mismatch) as found:
        assert_close(torch.empty(shape), torch.zeros(2))

    assert found.value.message["en"] == "the result has shape beyond all measure, expected (2,)"


# Cases.


def _told(*batch: Any, **options: Any) -> Text:
    with pytest.raises(Mismatch) as caught:
        assert_close(*batch, **options)
    return caught.value.said(["en", "zh"])


def test_case_that_differs_is_named_by_its_number_and_shapes() -> None:
    cases = [(torch.zeros(2), torch.zeros(2)), (torch.zeros(4), torch.zeros(4, 1), 1), (torch.zeros(3), 0)]
    right = [torch.zeros(2), torch.zeros(4, 4), torch.zeros(3)]
    told = _told([right[0], torch.zeros(4), right[2]], right, cases=cases)

    assert told["en"] == "case 2 of 3, shapes (4,) and (4, 1): the result has shape (4,), expected (4, 4)"
    assert told["zh"] == "第 2 种情形（共 3 种），形状 (4,) 和 (4, 1)：结果的形状是 (4,)，应为 (4, 4)"


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (3, "case 1 of 1"),
        (((2, 3), "max", None, True), "case 1 of 1"),
        (torch.zeros(()), "case 1 of 1, shape ()"),
        (([torch.zeros(2), torch.zeros(3)], {"y": (torch.zeros(4),)}), "case 1 of 1, shapes (2,), (3,) and (4,)"),
        ([torch.zeros(n) for n in range(4)], "case 1 of 1, shapes (0,), (1,), (2,), ..."),
    ],
    ids=["number", "no tensors", "one tensor", "nested", "many tensors"],
)
def test_case_is_named_by_the_tensors_in_it(asked: Any, name: str) -> None:
    assert _told([1], [2], cases=[asked])["en"] == f"{name}: the result has the wrong value"


def test_places_within_a_case_are_those_of_the_answer() -> None:
    answer = (torch.zeros(2), torch.zeros(3))
    told = _told([answer, (answer[0], answer[0])], [answer, answer], cases=[(1,), (2,)])
    assert told["en"] == "case 2 of 2: `result[1]` has shape (2,), expected (3,)"


@pytest.mark.parametrize("kinds", [(list, tuple), (tuple, list)], ids=["list for tuple", "tuple for list"])
def test_batches_of_right_answers_are_accepted_as_list_and_as_tuple(kinds: tuple[Any, Any]) -> None:
    actual, expected = (kind([torch.ones(2), 3]) for kind in kinds)
    assert_close(actual, expected, cases=range(2))


def test_answer_of_a_case_keeps_its_kind() -> None:
    assert _told([[1]], [(1,)], cases=[()])["en"] == "case 1 of 1: the result is a `list`, expected a `tuple`"


@pytest.mark.parametrize(
    ("actual", "kind"), [([1], "length"), ([1, 2, 3], "length"), (None, "type"), ("12", "type")], ids=repr
)
def test_wrong_number_of_answers_is_about_no_case(actual: Any, kind: str) -> None:
    with pytest.raises(Mismatch) as caught:
        assert_close(actual, [1, 2], cases=[(1,), (2,)])
    assert (caught.value.kind, caught.value.cases) == (kind, [])


def test_cases_and_expected_answers_must_be_as_many_even_if_the_answers_are_wrong() -> None:
    with pytest.raises(ValueError, match="1 cases, and 2 expected answers"):
        assert_close(None, [1, 2], cases=[(1,)])


def test_tolerances_of_a_batch_are_those_of_its_cases() -> None:
    assert_close([1.0, 2.1], [1.0, 2.0], atol=0.2, cases=range(2))
    with pytest.raises(Mismatch) as caught:
        assert_close([1.0, 2.5], [1.0, 2.0], rtol=0.0, atol=0.2, cases=range(2))
    assert (caught.value.rtol, caught.value.atol) == (0.0, 0.2)


def test_hidden_message_of_a_case_tells_no_shape_that_could_spell_inputs() -> None:
    told = _told([torch.empty(0, 609813)], [torch.zeros(2)], cases=[torch.zeros(700)])
    assert told["en"] == "case 1 of 1, shape (700,): the result has shape beyond all measure, expected (2,)"


def test_in_case_names_the_case_of_a_property() -> None:
    with pytest.raises(Unmet) as caught, in_case(2, 3, (torch.zeros(4), 1)):
        require(False, "the input was changed", "输入被改动了")
    assert caught.value.said(["en", "zh"]) == {
        "en": "case 2 of 3, shape (4,): the input was changed",
        "zh": "第 2 种情形（共 3 种），形状 (4,)：输入被改动了",
    }
    assert caught.value.said(["fr", "en"])["fr"] == "case 2 of 3, shape (4,): the input was changed"
    assert str(caught.value) == "case 2 of 3, shape (4,): the input was changed"


def test_in_case_names_the_case_of_a_comparison_and_keeps_what_it_found() -> None:
    with pytest.raises(Mismatch) as caught, in_case(1, 2):
        assert_close(torch.zeros(2), torch.ones(2), atol=0.1)
    assert str(caught.value).splitlines()[:2] == [
        "case 1 of 2: the result has the wrong values",
        "2 of 2 elements differ",
    ]
    assert (caught.value.kind, caught.value.atol) == ("values", 0.1)


def test_case_in_a_case_is_named_after_it() -> None:
    with pytest.raises(Mismatch) as caught, in_case(1, 2):
        assert_close([1, 2], [1, 3], cases=range(2))
    assert str(caught.value).startswith("case 1 of 2: case 2 of 2: the result")


def test_in_case_leaves_other_exceptions_alone() -> None:
    with pytest.raises(KeyError, match="^'x'$"), in_case(1, 2):
        raise KeyError("x")
