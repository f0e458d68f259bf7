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

from grader.suite import Probe, Rng, Student, assert_close, in_case, probe, require

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
        args: the last of them is a list of cases if the driver returns a list of answers.
        only: the keys that count, of an answer that is a dict.
    """
    expected = drive.here(SPEC, *copy.deepcopy(args))
    found = student.run(drive.probe, *args)
    if isinstance(expected, dict):
        compare_parts(*({key: seen[key] for key in only or expected} for seen in (found, expected)), rtol, atol)
        return
    for number, (got, want, case) in enumerate(zip(found, expected, args[-1], strict=True), 1):
        with in_case(number, len(expected), case):
            compare_parts(got, want, rtol, atol)


def compare_parts(found: Any, expected: Any, rtol: float | None, atol: float | None) -> None:
    """Compares what a driver saw, part by part: its dicts and lists are no result of the student's function."""
    if isinstance(expected, dict) and isinstance(found, dict) and found.keys() == expected.keys():
        for key, part in expected.items():
            compare_parts(found[key], part, rtol, atol)
    elif isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        for own, part in zip(found, expected, strict=True):
            compare_parts(own, part, rtol, atol)
    else:
        assert_close(found, expected, rtol=rtol, atol=atol)


def check_gradients(
    student: Student, name: str, cases: list[tuple[list[Tensor], list[Tensor]]], **tolerance: float
) -> None:
    """Fails unless cotangents of the results, the second part of a case, reach all inputs, the first part."""
    expected = gradients.here(SPEC, name, copy.deepcopy(cases))
    found = student.run(gradients.probe, name, cases)
    for number, (got, want, (inputs, _)) in enumerate(zip(found, expected, cases, strict=True), 1):
        with in_case(number, len(cases), inputs):
            for own, right in zip(got, want, strict=True):
                owed = right is not None and bool(right.any())
                require(
                    own is not None or not owed,
                    "the gradient does not flow from the result back to every input",
                    "梯度没有从结果流回每个输入",
                )
                if own is not None:
                    assert_close(own, torch.zeros_like(own) if right is None else right, **tolerance)


# Inputs.


def cell(rng: Rng, inputs: int, hidden: int, dtype: torch.dtype = F64) -> list[Tensor]:
    """Returns w_xh, w_hh and b, small enough that tanh stays away from its ends."""
    shapes = [(inputs, hidden), (hidden, hidden), (hidden,)]
    return [0.5 * rng.normal(*shape, dtype=dtype) for shape in shapes]


def sequence(rng: Rng, steps: int, batch: int, inputs: int, hidden: int, dtype: torch.dtype = F64) -> list[Tensor]:
    """Returns xs, h0, w_xh, w_hh and b."""
    xs, h0 = rng.normal(steps, batch, inputs, dtype=dtype), rng.normal(batch, hidden, dtype=dtype)
    return [xs, h0, *cell(rng, inputs, hidden, dtype)]


def uneven(rng: Rng, steps: int) -> list[Tensor]:
    """Returns xs, h0, w_xh, w_hh and b, each with rows or columns that are ordinary, huge, tiny and zero."""
    xs, h0, *weights = sequence(rng, steps, 4, 3, 4)
    columns = torch.tensor([1.0, 1e5, 1e-5, 0.0], dtype=F64, device=rng.device)
    return [xs * columns[:, None], h0 * columns[[0, 3, 2, 1]][:, None], *(weight * columns for weight in weights)]


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
