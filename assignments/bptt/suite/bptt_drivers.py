"""What the suite runs inside the candidate, and again on the specifications.

A driver is a function of a solution and inputs that returns plain values. `check` sends its text to the candidate as a
probe, runs it here on `SPEC`, and compares: drivers hold no expected value.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from bptt_oracle import SPEC
from torch import Tensor

from grader.suite import Probe, Rng, Student, assert_close, probe, require

F64, F32 = torch.float64, torch.float32
LOOSE = {"rtol": 1e-4, "atol": 1e-5}
"""For float32, whose sums may cancel."""


@dataclass(frozen=True)
class Driver:
    """A function of a solution and inputs, to be run here or, as a probe, inside the candidate."""

    here: Callable[..., Any]
    probe: Probe


def driver(function: Callable[..., Any]) -> Driver:
    """Makes a driver. Its text is read now: the suite's files are gone when the tests run."""
    return Driver(function, probe(function))


def check(
    student: Student,
    drive: Driver,
    *args: Any,
    only: tuple[str, ...] = (),
    rtol: float | None = None,
    atol: float | None = None,
) -> None:
    """Fails unless a driver sees the same of the student's solution as of the specification.

    Args:
        only: the keys that count, of an answer that is a dict.
    """
    expected = drive.here(SPEC, *copy.deepcopy(args))
    found = student.run(drive.probe, *args)
    if only:
        expected, found = ({key: seen[key] for key in only} for seen in (expected, found))
    assert_close(found, expected, rtol=rtol, atol=atol)


# Inputs.


def cell(rng: Rng, inputs: int, hidden: int, dtype: torch.dtype = F64) -> list[Tensor]:
    """Returns w_xh, w_hh and b, small enough that tanh stays away from its ends."""
    shapes = [(inputs, hidden), (hidden, hidden), (hidden,)]
    return [0.5 * rng.normal(*shape, dtype=dtype) for shape in shapes]


def sequence(
    rng: Rng, steps: int, batch: int, inputs: int, hidden: int, dtype: torch.dtype = F64, transposed: bool = False
) -> list[Tensor]:
    """Returns xs, h0, w_xh, w_hh and b; the transposed ones are views in an unusual layout."""
    xs, h0 = rng.normal(steps, batch, inputs, dtype=dtype), rng.normal(batch, hidden, dtype=dtype)
    weights = cell(rng, inputs, hidden, dtype)
    if not transposed:
        return [xs, h0, *weights]
    views = [0.5 * rng.normal(hidden, size, dtype=dtype).T for size in (inputs, hidden)]
    wide = rng.normal(batch, steps, 2 * inputs, dtype=dtype).transpose(0, 1)[..., ::2]
    return [wide, rng.normal(hidden, batch, dtype=dtype).T, *views, weights[2]]


# Drivers.


@driver
def answers(solution: Any, name: str, cases: list[list[Any]]) -> list[Any]:
    """Calls the function once per case."""
    return [getattr(solution, name)(*case) for case in cases]


@driver
def gradients(solution: Any, name: str, cases: list[tuple[list[Tensor], list[Tensor]]]) -> list[Any]:
    """Carries cotangents of the results back to all inputs of each case; None where no gradient arrives."""
    found: list[Any] = []
    for inputs, cotangents in cases:
        leaves = [value.detach().clone().requires_grad_() for value in inputs]
        result = getattr(solution, name)(*leaves)
        results = [result] if isinstance(result, torch.Tensor) else result
        total = sum((part * cotangent).sum() for part, cotangent in zip(results, cotangents, strict=True))
        if total.requires_grad:
            found.append(list(torch.autograd.grad(total, leaves, allow_unused=True)))
        else:
            found.append([None] * len(leaves))
    return found


@driver
def careful_calls(solution: Any, name: str, cases: list[list[Any]]) -> list[dict[str, Any]]:
    """Returns of each case the result and the arguments as they are after the call."""
    seen = []
    for case in cases:
        seen.append({"result": getattr(solution, name)(*case), "arguments": list(case)})
    return seen


@driver
def careful_calls_without_graph(solution: Any, name: str, cases: list[list[Any]]) -> list[dict[str, Any]]:
    """Does the same as `careful_calls` while autograd records nothing."""
    seen = []
    with torch.no_grad():
        for case in cases:
            seen.append({"result": getattr(solution, name)(*case), "arguments": list(case)})
    return seen


@driver
def calls_on_leaves(solution: Any, name: str, case: list[Any], needing: list[int]) -> dict[str, Any]:
    """Calls the function with some arguments that require grad, all but the first of which have a gradient already."""
    for index in needing:
        case[index].requires_grad_()
    for index in needing[1:]:
        case[index].grad = torch.full_like(case[index], 2.0)
    result = getattr(solution, name)(*case)
    tensors = [value for value in case if isinstance(value, torch.Tensor)]
    return {
        "result": tuple(part.detach() for part in result),
        "arguments": [value.detach() for value in tensors],
        "gradients beside them": [value.grad for value in tensors],
        "requires grad": [value.requires_grad for value in tensors],
    }


@probe
def ending_on_meta(solution: Any, name: str, args: list[Any]) -> str:
    """Calls the function on tensors without data; returns the results' devices, or the message of an exception."""
    on_meta = [value.to("meta") if isinstance(value, torch.Tensor) else value for value in args]
    try:
        result = getattr(solution, name)(*on_meta)
    except Exception as error:  # noqa: BLE001 - whatever it is, only its message matters
        return str(error)
    parts = [result] if isinstance(result, torch.Tensor) else result
    return " ".join(f"on {part.device.type}" for part in parts)


def check_any_device(student: Student, name: str, args: list[Any]) -> None:
    """Fails if a tensor was made on a fixed device."""
    ending = student.run(ending_on_meta, name, args)
    require(
        "expected device" not in ending and "on cpu" not in ending,
        "a tensor was made on a fixed device instead of the device of the inputs",
        "有张量创建在固定的设备上，而不是输入所在的设备",
    )
