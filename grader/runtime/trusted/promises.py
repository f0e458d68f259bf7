"""What the rules of a statement promise of every task, asked of one: views, dtypes, devices, gradients, no traces.

`assert_keeps_promises` goes with any function, class or step in place that a specification describes. What it asks for
comes back as values wherever that is possible.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from grader.models import Text
from grader.runtime.trusted.agreement import BIT_FOR_BIT, agree
from grader.runtime.trusted.compare import Mismatch, assert_close, require
from grader.runtime.trusted.derivatives import derivative_along
from grader.runtime.trusted.promise_probes import (
    watched_call,
    watched_gradients,
    watched_under,
    watched_without_data,
)
from grader.runtime.trusted.rng import Rng
from grader.runtime.trusted.student import Student
from grader.runtime.trusted.values import as_dtype, as_view, floats_in, mapped, tensors_in
from grader.runtime.wire.faults import StudentError
from grader.runtime.wire.phrases import say
from grader.runtime.wire.probes import Probe

__all__ = ["PROMISES", "assert_keeps_promises"]

_GRADIENT_RTOL, _GRADIENT_ATOL = 1e-5, 1e-6
"""What differences reach in float64; a gradient that lacks a part of it is off by far more."""

_OTHER_DEVICE = ("on the expected device", "expected device meta", "to be on the same device")
"""What torch says of a tensor on another device. Whoever looks at data fails otherwise, and rightly, without data."""


def assert_keeps_promises(
    student: Student,
    asked: str | Probe,
    spec: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
    *,
    rng: Rng,
    changes: Collection[str] = (),
    no_gradient: Collection[str] = (),
    without: Collection[str] = (),
    rtol: float | None = None,
    atol: float | None = None,
) -> None:
    """Fails unless a task keeps what statements promise: see `PROMISES` for what is asked.

    Each is asked with the same arguments, so give some that tell right from wrong, and none at a kink.

    Args:
        asked: the task's name, or a probe `f(solution, *args, **kwargs)` that returns its result: an instance applied,
            an argument that was changed in place.
        spec: returns what is right, of the same arguments; it may change nothing.
        args: tensors of any dtype, sequences of them, numbers and whatever else crosses. Floating-point tensors are
            asked for in float64 and in float32, whatever they are.
        rng: draws the upstream gradient.
        changes: the parameters of `spec` whose arguments may change.
        no_gradient: those to which no gradient is owed.
        without: promises that are not asked for.
        rtol, atol: of values, where the dtype's own are too narrow.

    Raises:
        Mismatch: saying which promise is broken.
        ValueError: if `without` names none of `PROMISES`.
    """
    unknown = sorted(set(without) - set(PROMISES))
    if unknown:
        raise ValueError(f"there is no promise `{unknown[0]}`; there are {', '.join(f'`{name}`' for name in PROMISES)}")
    case = _Case(
        student=student,
        asked=_as_probe(asked),
        spec=spec,
        given=_Given(_names(spec, len(args)), list(args), dict(kwargs or {})),
        rng=rng,
        changes=changes,
        no_gradient=no_gradient,
        rtol=rtol,
        atol=atol,
    )
    for check, names in _CHECKS.items():
        check(case, [name for name in names if name not in without])


@dataclass(frozen=True)
class _Given:
    """The arguments of one call.

    Attributes:
        names: of the parameters that `args` are for.
    """

    names: list[str]
    args: list[Any]
    kwargs: dict[str, Any]

    @property
    def pairs(self) -> list[tuple[str, Any]]:
        return [*zip(self.names, self.args, strict=True), *self.kwargs.items()]

    @property
    def tensors(self) -> Iterator[Tensor]:
        return tensors_in([self.args, self.kwargs])

    def mapped(self, change: Callable[[Tensor], Tensor]) -> _Given:
        return _Given(self.names, mapped(self.args, change), mapped(self.kwargs, change))

    def as_dtype(self, dtype: torch.dtype) -> _Given:
        return _Given(self.names, as_dtype(self.args, dtype), as_dtype(self.kwargs, dtype))

    def with_leaves(self, leaves: list[Tensor], but: Collection[str]) -> _Given:
        """Returns the same arguments with other floating-point tensors, in their order."""
        following = iter(leaves)

        def replaced(name: str, value: Any) -> Any:
            if name in but:
                return value
            return mapped(value, lambda tensor: next(following) if tensor.is_floating_point() else tensor)

        args = [replaced(name, value) for name, value in zip(self.names, self.args, strict=True)]
        return _Given(self.names, args, {name: replaced(name, value) for name, value in self.kwargs.items()})


@dataclass(frozen=True, kw_only=True)
class _Case:
    """A task and the arguments that it is asked with."""

    student: Student
    asked: Probe
    spec: Callable[..., Any]
    given: _Given
    rng: Rng
    changes: Collection[str]
    no_gradient: Collection[str]
    rtol: float | None
    atol: float | None
    _expected: dict[torch.dtype, Any] = field(default_factory=dict)

    @property
    def has_floats(self) -> bool:
        return any(tensor.is_floating_point() for tensor in self.given.tensors)

    def of(self, dtype: torch.dtype) -> _Given:
        return self.given.as_dtype(dtype)

    def expected(self, dtype: torch.dtype) -> Any:
        """Returns what the specification says of the arguments in a dtype."""
        if dtype not in self._expected:
            self._expected[dtype] = self.specified(self.of(dtype))
        return self._expected[dtype]

    def specified(self, given: _Given) -> Any:
        return self.spec(*given.args, **given.kwargs)

    def run(self, watching: Probe, *rest: object) -> Any:
        """Runs a watching probe next to the student's code; it finds the one that asks by its name."""
        both = Probe(watching.name, f"{self.asked.source}\n\n{watching.source}")
        return self.student.run(both, self.asked.name, *rest)


def _names(spec: Callable[..., Any], count: int) -> list[str]:
    """Returns the names of the parameters that take the first `count` positional arguments."""
    declared = list(inspect.signature(spec).parameters.values())
    names = [one.name for one in declared if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    names += [one.name for one in declared if one.kind is one.VAR_POSITIONAL] * count
    return names[:count]


def _as_probe(asked: str | Probe) -> Probe:
    if isinstance(asked, Probe):
        return asked
    return Probe("ask", f"def ask(solution, *args, **kwargs):\n    return solution.{asked}(*args, **kwargs)")


@contextlib.contextmanager
def _told(told: Text) -> Iterator[None]:
    """Says of a difference under which circumstances it is one, as cases are named."""
    try:
        yield
    except Mismatch as mismatch:
        mismatch.cases.append(told)
        raise


# What is asked. A check takes the promises that it is to look at.


@dataclass(frozen=True, kw_only=True)
class _Way:
    """One way of asking for the same answer.

    Attributes:
        told: under which circumstances a difference is one; empty for the plain call.
        dtype: of floating-point arguments.
        default_dtype, default_device: torch's own meanwhile; None for the usual ones.
    """

    told: Text = field(default_factory=dict)
    dtype: torch.dtype = torch.float64
    has_views: bool = False
    has_grad: bool = True
    default_dtype: torch.dtype | None = None
    default_device: str | None = None

    def of(self, case: _Case) -> tuple[list[Any], dict[str, Any], bool, torch.dtype | None, str | None]:
        """Returns what `watched_under` takes, with tensors that no other way of asking has."""
        given = case.of(self.dtype)
        args, kwargs = copy.deepcopy((given.args, given.kwargs))
        if self.has_views:
            args, kwargs = mapped(args, as_view), mapped(kwargs, as_view)
        return args, kwargs, self.has_grad, self.default_dtype, self.default_device


_WAYS = {
    "same arguments again": (_Way(), _Way(told=say("asked again with the same arguments"))),
    "views": (_Way(told=say("with arguments that are views of another memory layout"), has_views=True),),
    "float32": (_Way(told=say("with float32 arguments"), dtype=torch.float32),),
    "gradients off": (_Way(told=say("where gradients are switched off"), has_grad=False),),
    "another default dtype": (
        _Way(told=say("where the default dtype is float64"), dtype=torch.float32, default_dtype=torch.float64),
    ),
    "another default device": (_Way(told=say("where the default device is another one"), default_device="meta"),),
}
_OF_ALL = ("same arguments again", "views")
"""The ways that mean something without floating-point arguments too."""


def _check_answers(case: _Case, names: Collection[str]) -> None:
    """Asks for the same answer in every way, in one request; one by one where that fails, to tell which of them did."""
    ways = [way for name in names if case.has_floats or name in _OF_ALL for way in _WAYS[name]]
    if not ways:
        return
    try:
        found = case.run(watched_under, [way.of(case) for way in ways])
    except StudentError:
        found = None
    for number, way in enumerate(ways):
        is_there = isinstance(found, list) and len(found) == len(ways)
        answer = found[number] if is_there else _answer_alone(case, way)
        with _told(way.told) if way.told else contextlib.nullcontext():
            assert_close(answer, case.expected(way.dtype), rtol=case.rtol, atol=case.atol)


def _answer_alone(case: _Case, way: _Way) -> Any:
    try:
        (answer,) = case.run(watched_under, [way.of(case)])
    except StudentError as error:
        require(
            way.default_device is None or not any(phrase in error.message for phrase in _OTHER_DEVICE),
            en="a tensor was created on the default device instead of the device of the arguments",
            zh="有张量创建在默认设备上，而不是参数所在的设备",
        )
        raise
    return answer


def _check_traces(case: _Case, names: Collection[str]) -> None:
    """Looks at what a call leaves behind: in its arguments, and in torch."""
    if not names:
        return
    given = case.of(torch.float64)
    args, kwargs, is_on, is_kept = case.run(watched_call, given.args, given.kwargs)
    after = _Given(given.names, args, kwargs).pairs if "arguments unchanged" in names else ()
    for (name, before), (_, value) in zip(given.pairs, after, strict=False):
        if name not in case.changes and not agree(value, before, BIT_FOR_BIT):
            raise Mismatch("property", say("the argument `{name}` is changed by the call", name=name))
    if "settings unchanged" in names:
        require(is_on, en="grad mode is left switched off after the call", zh="调用之后梯度模式一直关着")
        require(is_kept, en="the call seeds the global generator", zh="调用给全局生成器设定了种子")


def _check_device(case: _Case, names: Collection[str]) -> None:
    if names and any(True for _ in case.of(torch.float64).tensors):
        given = case.of(torch.float64).mapped(lambda tensor: tensor.to("meta"))
        ending = case.run(watched_without_data, given.args, given.kwargs)
        is_fixed = "cpu" in ending if isinstance(ending, list) else any(phrase in ending for phrase in _OTHER_DEVICE)
        require(
            not is_fixed,
            en="a tensor was created on a fixed device instead of the device of the arguments",
            zh="有张量创建在固定的设备上，而不是参数所在的设备",
        )


def _check_gradients(case: _Case, names: Collection[str]) -> None:
    given, results = case.of(torch.float64), floats_in(case.expected(torch.float64))
    owed = [(name, leaf) for name, value in given.pairs if name not in case.no_gradient for leaf in floats_in(value)]
    if not (names and owed and results):
        return
    leaves = [leaf for _, leaf in owed]
    cotangents, directions = ([case.rng.normal(*one.shape, dtype=one.dtype) for one in of] for of in (results, leaves))
    exempt = list(case.no_gradient)
    found = case.run(watched_gradients, given.args, given.kwargs, exempt, list(given.names), cotangents)
    if not isinstance(found, (list, tuple)) or len(found) != len(leaves):
        found = [None] * len(leaves)

    def spec(moved: list[Tensor]) -> Any:
        return case.specified(given.with_leaves(moved, case.no_gradient))

    for number, ((name, _), got) in enumerate(zip(owed, found, strict=True)):
        alone = [part if at == number else torch.zeros_like(part) for at, part in enumerate(directions)]
        _compare_gradient(name, got, directions[number], derivative_along(spec, leaves, alone, cotangents))


def _compare_gradient(name: str, actual: Any, direction: Tensor, expected: float) -> None:
    """Compares along one random direction, in which any wrong element shows."""
    if actual is None and abs(expected) > _GRADIENT_ATOL:
        raise Mismatch("property", say("no gradient flows from the result back to `{name}`", name=name))
    along = 0.0 if actual is None else (actual * direction).sum()
    try:
        assert_close(float(along), expected, rtol=_GRADIENT_RTOL, atol=_GRADIENT_ATOL)
    except Mismatch as mismatch:
        message = say("the gradient that flows back to `{name}` is wrong", name=name)
        told = Mismatch(mismatch.kind, message)
        told.rtol, told.atol = mismatch.rtol, mismatch.atol
        raise told from None


_CHECKS: dict[Callable[[_Case, Collection[str]], None], tuple[str, ...]] = {
    _check_answers: tuple(_WAYS),
    _check_traces: ("arguments unchanged", "settings unchanged"),
    _check_device: ("no fixed device",),
    _check_gradients: ("gradients",),
}
PROMISES = tuple(name for names in _CHECKS.values() for name in names)
"""What is promised, and in which order it is asked for: the plain call first."""
