"""Compares an answer with what was expected, and says of a difference what kind it is.

`torch.testing.assert_close` is not used: its first call imports sympy and some 500 other modules (0.8 s), and its
message spells out values that a student must not read of a hidden test.
"""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

__all__ = ["Mismatch", "assert_close", "require", "tolerances_of"]

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


class Mismatch(AssertionError):
    """A difference between an answer and what was expected.

    Attributes:
        kind: `type`, `length`, `keys`, `shape`, `dtype`, `device`, `nan`, `values` or `property`.
        message: what a student may read of a hidden test; it holds no input and no expected number.
        diff: what a student may read of a visible test besides.
        rtol, atol: of the comparison; None for the dtype's own.
    """

    def __init__(self, kind: str, message: str, diff: str = "") -> None:
        super().__init__(f"{message}\n{diff}" if diff else message)
        self.kind = kind
        self.message = message
        self.diff = diff
        self.rtol: float | None = None
        self.atol: float | None = None


def tolerances_of(dtype: torch.dtype) -> tuple[float, float]:
    """Returns the relative and the absolute tolerance of a dtype; both are 0 for what is no floating-point type."""
    return _TOLERANCES.get(dtype, (0.0, 0.0))


def require(condition: object, message: str) -> None:
    """Fails the test with a sentence for the student unless `condition` holds.

    Args:
        condition: anything with a truth value; a one-element tensor is fine.
        message: the property that does not hold. Students read it as it stands, so it never contains a value.
    """
    if not condition:
        raise Mismatch("property", message)


def assert_close(actual: Any, expected: Any, *, rtol: float | None = None, atol: float | None = None) -> None:
    """Fails unless an answer has the type, shape, dtype, device and values expected.

    Sequences and mappings are compared item by item; a tuple may answer for a tuple only, a list for a list. NaN
    equals nothing, not even NaN.

    Args:
        actual: the answer, as decoded from the candidate.
        expected: a tensor, number, string, None, or a nesting of them in lists, tuples and dicts.
        rtol: relative tolerance; by default 1e-9 for float64, 1e-4 for float32 and 2e-2 for half types.
        atol: absolute tolerance; by default 1e-11, 1e-6 and 1e-3.

    Raises:
        Mismatch: saying which of these differs first.
    """
    try:
        _compare(actual, expected, "", rtol, atol)
    except Mismatch as mismatch:
        mismatch.rtol, mismatch.atol = rtol, atol
        raise


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
        raise Mismatch("values", f"{_named(where)} has the wrong value", f"got {actual!r}, expected {expected!r}")


def _compare_sequences(
    actual: Any, expected: Sequence[Any], where: str, rtol: float | None, atol: float | None
) -> None:
    if not isinstance(actual, list if isinstance(expected, list) else tuple):
        raise _wrong_type(actual, expected, where)
    if len(actual) != len(expected):
        diff = f"got {_short(actual)}, expected {_short(expected)}"
        raise Mismatch("length", f"{_named(where)} has the wrong length", diff)
    for index, (got, want) in enumerate(zip(actual, expected, strict=True)):
        if isinstance(want, int) and isinstance(got, int) and got != want:
            diff = f"got {_short(actual)}, expected {_short(expected)}"
            raise Mismatch("values", f"{_named(where)} has the wrong values", diff)
        _compare(got, want, f"{where}[{index}]", rtol, atol)


def _compare_mappings(
    actual: Any, expected: Mapping[Any, Any], where: str, rtol: float | None, atol: float | None
) -> None:
    if not isinstance(actual, dict):
        raise _wrong_type(actual, expected, where)
    if actual.keys() != expected.keys():
        raise Mismatch("keys", f"{_named(where)} has the wrong keys", f"got {list(actual)}, expected {list(expected)}")
    for key, want in expected.items():
        _compare(actual[key], want, f"{where}[{key!r}]", rtol, atol)


def _compare_floats(actual: Any, expected: float, where: str, rtol: float | None, atol: float | None) -> None:
    if not isinstance(actual, numbers.Real) or isinstance(actual, bool):
        raise _wrong_type(actual, expected, where)
    try:
        got = torch.tensor(float(actual), dtype=torch.float64)
    except OverflowError:
        raise Mismatch("values", f"{_named(where)} has the wrong value", "got a number beyond all floats") from None
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
            told = got if kind != "shape" or _may_be_told(actual.shape) else "beyond all measure"
            raise Mismatch(kind, f"{_named(where)} has {kind} {told}, expected {want}")
    if expected.device.type != "meta":
        _compare_values(actual.detach(), expected.detach(), where, rtol, atol)


def _may_be_told(shape: torch.Size) -> bool:
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
        raise Mismatch("nan", f"{_named(where)} contains NaN where none should be", diff)
    raise Mismatch("values", f"{_named(where)} has the wrong values", diff)


def _describe_difference(actual: Tensor, expected: Tensor, is_wrong: Tensor) -> str:
    """Says how many elements differ, the first and the worst of them, and small tensors whole."""
    if actual.ndim == 0:
        return f"got {_number(actual)}, expected {_number(expected)}"
    indices = is_wrong.nonzero()
    wide = torch.complex128 if actual.is_complex() else torch.float64
    error = (actual.to(wide) - expected.to(wide)).abs()[is_wrong].nan_to_num(nan=float("inf"))
    lines = [f"{len(indices)} of {actual.numel()} elements differ"]
    for name, index in (("first", indices[0]), ("worst", indices[int(error.argmax())])):
        at = tuple(index.tolist())
        lines.append(f"{name} at {list(at)}: got {_number(actual[at])}, expected {_number(expected[at])}")
    if actual.numel() <= _MAX_WHOLE_ELEMENTS:
        lines += [f"got      {_flat(actual)}", f"expected {_flat(expected)}"]
    return "\n".join(lines)


def _number(value: Tensor) -> str:
    item = value.item()
    return f"{item:.6g}" if isinstance(item, float) else str(item)


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


def _wrong_type(actual: object, expected: object, where: str) -> Mismatch:
    return Mismatch("type", f"{_named(where)} is {type_phrase(actual)}, expected {type_phrase(expected)}")


def _named(where: str) -> str:
    return f"`result{where}`" if where else "the result"


def type_phrase(value: object) -> str:
    """Names a value's type for a student: `None`, a `Tensor`, an `int`."""
    if value is None:
        return "`None`"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} `{name}`"
