"""Compares an answer with what was expected, and says of a difference what kind it is.

`torch.testing.assert_close` is not used: its first call imports sympy and some 500 other modules (0.8 s), and its
message spells out values that a student must not read of a hidden test.
"""

from __future__ import annotations

import contextlib
import numbers
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from grader.language import in_language
from grader.models import Text
from grader.runtime.trusted.cases import name_case
from grader.runtime.wire.phrases import lines, say

__all__ = ["Mismatch", "Unmet", "assert_close", "in_case", "require", "tolerances_of"]

_TOLERANCES = {
    torch.float64: (1e-9, 1e-11),
    torch.complex128: (1e-9, 1e-11),
    torch.float32: (1e-4, 1e-6),
    torch.complex64: (1e-4, 1e-6),
    torch.float16: (2e-2, 1e-3),
    torch.bfloat16: (2e-2, 1e-3),
}
_MAX_WHOLE_ELEMENTS = 16
_MAX_TOLD_DIMS = 6
_MAX_TOLD_SIZE = 512
_ASPECTS = {"shape": say("shape"), "dtype": say("dtype"), "device": say("device")}


class Mismatch(AssertionError):
    """A difference between an answer and what was expected.

    Attributes:
        kind: `type`, `length`, `keys`, `shape`, `dtype`, `device`, `nan`, `values` or `property`.
        message: what a student may read of a hidden test; it holds no input and no expected number.
        diff: what a student may read of a visible test besides; None if there is no more to say.
        cases: the names of the cases that it was found in, the innermost first.
        rtol, atol: of the comparison; None for the dtype's own.
    """

    def __init__(self, kind: str, message: Text, diff: Text | None = None) -> None:
        super().__init__()
        self.kind = kind
        self.message = message
        self.diff = diff
        self.cases: list[Text] = []
        self.rtol: float | None = None
        self.atol: float | None = None

    def said(self, languages: Sequence[str]) -> Text:
        """Returns what is told of any test, by language: the case, then the message.

        Args:
            languages: of the course, in their order.
        """
        told = self._told(languages)
        for case in self.cases:
            told = say("{case}: {message}", case=case, message=told)
        return told

    def _told(self, languages: Sequence[str]) -> Text:
        return self.message

    def __str__(self) -> str:
        said = self.said(["en"])
        return in_language(said if self.diff is None else lines(said, self.diff), "en")


def tolerances_of(dtype: torch.dtype) -> tuple[float, float]:
    """Returns the relative and the absolute tolerance of a dtype; both are 0 for what is no floating-point type."""
    return _TOLERANCES.get(dtype, (0.0, 0.0))


class Unmet(Mismatch):
    """A property that does not hold.

    Attributes:
        sentences: of the suite, in the order of the course's languages.
        by_language: those that name theirs.
    """

    def __init__(self, sentences: tuple[str, ...], by_language: Text) -> None:
        super().__init__("property", by_language or {"en": sentences[0]})
        self.sentences = sentences
        self.by_language = by_language

    def _told(self, languages: Sequence[str]) -> Text:
        return {**dict(zip(languages, self.sentences, strict=False)), **self.by_language}


def require(condition: object, *sentences: str, **by_language: str) -> None:
    """Fails the test with a sentence for the student unless `condition` holds.

    Args:
        condition: anything with a truth value; a one-element tensor is fine.
        sentences: the property that does not hold, in each language of the course and in their order. Students read it
            as it stands, so it never contains a value.
        by_language: the same by language, as in `en="..."`.

    Raises:
        TypeError: if there is no sentence, whatever the condition is.
    """
    if not sentences and not by_language:
        raise TypeError("`require` needs a sentence for the student")
    if not condition:
        raise Unmet(sentences, by_language)


@contextlib.contextmanager
def in_case(number: int, of: int, asked: Any = ()) -> Iterator[None]:
    """Names the case in what a comparison or `require` within says, as in "case 2 of 3, shapes (4,) and (4, 1): ...".

    Args:
        number: of the case, counted from 1.
        of: how many cases there are.
        asked: what the case was asked with. The shapes of the tensors in it are told, of hidden tests too; leave it out
            where they depend on the seed.
    """
    try:
        yield
    except Mismatch as mismatch:
        mismatch.cases.append(name_case(number, of, asked))
        raise


def assert_close(
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    cases: Sequence[Any] | None = None,
) -> None:
    """Fails unless an answer has the type, shape, dtype, device and values expected.

    Sequences and mappings are compared item by item; a tuple may answer for a tuple only, a list for a list. NaN
    equals nothing, not even NaN.

    Args:
        actual: the answer, as decoded from the candidate.
        expected: a tensor, number, string, None, or a nesting of them in lists, tuples and dicts.
        rtol: relative tolerance; by default 1e-9 for float64, 1e-4 for float32 and 2e-2 for half types.
        atol: absolute tolerance; by default 1e-11, 1e-6 and 1e-3.
        cases: what each case of a batch was asked with. `actual` and `expected` are then lists or tuples of one answer
            a case, and what differs is told with its case, as by `in_case`.

    Raises:
        Mismatch: saying which of these differs first.
        ValueError: if there are not as many cases as expected answers, whatever the answers are.
    """
    try:
        if cases is None:
            _compare(actual, expected, "", rtol, atol)
        else:
            _compare_case_by_case(actual, expected, cases, rtol, atol)
    except Mismatch as mismatch:
        mismatch.rtol, mismatch.atol = rtol, atol
        raise


def _compare_case_by_case(
    actual: Any, expected: Sequence[Any], cases: Sequence[Any], rtol: float | None, atol: float | None
) -> None:
    if len(cases) != len(expected):
        raise ValueError(f"{len(cases)} cases, and {len(expected)} expected answers")
    if not isinstance(actual, (list, tuple)):
        raise _wrong_type(actual, expected, "")
    if len(actual) != len(expected):
        raise _wrong_length(actual, expected, "")
    for number, (case, got, want) in enumerate(zip(cases, actual, expected, strict=True), 1):
        with in_case(number, len(cases), case):
            _compare(got, want, "", rtol, atol)


def _compare(actual: Any, expected: Any, where: str, rtol: float | None, atol: float | None) -> None:
    if isinstance(expected, Tensor):
        _compare_tensors(actual, expected, where, rtol, atol)
    elif isinstance(expected, Mapping):
        _compare_mappings(actual, expected, where, rtol, atol)
    elif isinstance(expected, (list, tuple)):
        _compare_sequences(actual, expected, where, rtol, atol)
    elif isinstance(expected, float):
        _compare_floats(actual, expected, where, rtol, atol)
    elif not _is_same_kind(actual, expected):
        raise _wrong_type(actual, expected, where)
    elif actual != expected:
        diff = say("got {got}, expected {want}", got=repr(actual), want=repr(expected))
        raise Mismatch("values", say("{result} has the wrong value", result=_named(where)), diff)


def _compare_sequences(
    actual: Any, expected: Sequence[Any], where: str, rtol: float | None, atol: float | None
) -> None:
    if not isinstance(actual, list if isinstance(expected, list) else tuple):
        raise _wrong_type(actual, expected, where)
    if len(actual) != len(expected):
        raise _wrong_length(actual, expected, where)
    for index, (got, want) in enumerate(zip(actual, expected, strict=True)):
        if isinstance(want, int) and isinstance(got, int) and got != want:
            raise _wrong_values(where, _both(actual, expected))
        _compare(got, want, f"{where}[{index}]", rtol, atol)


def _compare_mappings(
    actual: Any, expected: Mapping[Any, Any], where: str, rtol: float | None, atol: float | None
) -> None:
    if not isinstance(actual, dict):
        raise _wrong_type(actual, expected, where)
    if actual.keys() != expected.keys():
        diff = say("got {got}, expected {want}", got=list(actual), want=list(expected))
        raise Mismatch("keys", say("{result} has the wrong keys", result=_named(where)), diff)
    for key, want in expected.items():
        _compare(actual[key], want, f"{where}[{key!r}]", rtol, atol)


def _compare_floats(actual: Any, expected: float, where: str, rtol: float | None, atol: float | None) -> None:
    if not isinstance(actual, numbers.Real) or isinstance(actual, bool):
        raise _wrong_type(actual, expected, where)
    try:
        got = torch.tensor(float(actual), dtype=torch.float64)
    except OverflowError:
        message = say("{result} has the wrong value", result=_named(where))
        raise Mismatch("values", message, say("got a number beyond all floats")) from None
    _compare_values(got, torch.tensor(expected, dtype=torch.float64), where, rtol, atol)


def _compare_tensors(actual: Any, expected: Tensor, where: str, rtol: float | None, atol: float | None) -> None:
    if not isinstance(actual, Tensor):
        raise _wrong_type(actual, expected, where)
    for kind, got, want in (
        ("shape", tuple(actual.shape), tuple(expected.shape)),
        ("dtype", actual.dtype, expected.dtype),
        ("device", actual.device.type, expected.device.type),
    ):
        if got != want:
            raise Mismatch(kind, _wrong_aspect(kind, got, want, where))
    if expected.device.type != "meta":
        _compare_values(actual.detach(), expected.detach(), where, rtol, atol)


def _wrong_aspect(kind: str, got: Any, want: Any, where: str) -> Text:
    result = _named(where)
    if kind == "shape" and not _may_be_told(got):
        return say("{result} has shape beyond all measure, expected {want}", result=result, want=want)
    aspect = _ASPECTS[kind]
    return say("{result} has {aspect} {got}, expected {want}", result=result, aspect=aspect, got=got, want=want)


def _may_be_told(shape: tuple[int, ...]) -> bool:
    """Whether a wrong shape is an ordinary one; any numbers at all would let code spell a hidden test's inputs."""
    return len(shape) <= _MAX_TOLD_DIMS and all(size <= _MAX_TOLD_SIZE for size in shape)


def _compare_values(actual: Tensor, expected: Tensor, where: str, rtol: float | None, atol: float | None) -> None:
    default_rtol, default_atol = tolerances_of(expected.dtype)
    rtol = default_rtol if rtol is None else rtol
    atol = default_atol if atol is None else atol
    if expected.dtype == torch.bool or not (expected.is_floating_point() or expected.is_complex()):
        is_right = actual == expected
    else:
        is_right = torch.isclose(actual, expected, rtol=rtol, atol=atol)
    if bool(is_right.all()):
        return
    diff = _describe_difference(actual, expected, ~is_right)
    if bool((torch.isnan(actual) & ~torch.isnan(expected)).any()):
        raise Mismatch("nan", say("{result} contains NaN where none should be", result=_named(where)), diff)
    raise _wrong_values(where, diff)


def _describe_difference(actual: Tensor, expected: Tensor, is_wrong: Tensor) -> Text:
    """Says how many elements differ, the first and the worst of them, and small tensors whole."""
    if actual.ndim == 0:
        return say("got {got}, expected {want}", **_pair(actual, expected))
    indices = is_wrong.nonzero()
    wide = torch.complex128 if actual.is_complex() else torch.float64
    error = (actual.to(wide) - expected.to(wide)).abs()[is_wrong].nan_to_num(nan=float("inf"))

    def element(index: Tensor) -> dict[str, object]:
        at = tuple(index.tolist())
        return {"index": list(at), **_pair(actual[at], expected[at])}

    found = [
        say("{wrong} of {count} elements differ", wrong=len(indices), count=actual.numel()),
        say("first at {index}: got {got}, expected {want}", **element(indices[0])),
        say("worst at {index}: got {got}, expected {want}", **element(indices[int(error.argmax())])),
    ]
    if actual.numel() <= _MAX_WHOLE_ELEMENTS:
        found += [say("got      {got}", got=_flat(actual)), say("expected {want}", want=_flat(expected))]
    return lines(*found)


def _pair(actual: Tensor, expected: Tensor) -> dict[str, object]:
    """Writes two numbers with as many digits as it takes to see the difference."""
    got, want = actual.item(), expected.item()
    if not isinstance(got, float) or not isinstance(want, float):
        return {"got": got, "want": want}
    digits = next((digits for digits in (6, 9, 12) if f"{got:.{digits}g}" != f"{want:.{digits}g}"), 17)
    return {"got": f"{got:.{digits}g}", "want": f"{want:.{digits}g}"}


def _flat(tensor: Tensor) -> str:
    def render(item: Any) -> str:
        if isinstance(item, list):
            return "[" + ", ".join(render(part) for part in item) + "]"
        return f"{item:.6g}" if isinstance(item, float) else str(item)

    return render(tensor.tolist())


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "..."


def _is_same_kind(actual: object, expected: object) -> bool:
    if isinstance(expected, (bool, int)):
        return type(actual) is type(expected)
    return isinstance(actual, type(expected))


def _both(actual: object, expected: object) -> Text:
    return say("got {got}, expected {want}", got=_short(actual), want=_short(expected))


def _wrong_length(actual: object, expected: object, where: str) -> Mismatch:
    return Mismatch("length", say("{result} has the wrong length", result=_named(where)), _both(actual, expected))


def _wrong_values(where: str, diff: Text) -> Mismatch:
    return Mismatch("values", say("{result} has the wrong values", result=_named(where)), diff)


def _wrong_type(actual: object, expected: object, where: str) -> Mismatch:
    got, want = type_phrase(actual), type_phrase(expected)
    return Mismatch("type", say("{result} is {got}, expected {want}", result=_named(where), got=got, want=want))


def _named(where: str) -> Text:
    return say("`result{where}`", where=where) if where else say("the result")


def type_phrase(value: object) -> Text:
    """Names a value's type for a student: `None`, a `Tensor`, an `int`."""
    if value is None:
        return say("`None`")
    name = type(value).__name__
    return say("an `{name}`", name=name) if name[0] in "aeiouAEIOU" else say("a `{name}`", name=name)
