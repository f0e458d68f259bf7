"""What the suite runs inside the candidate, and how it reads the answers.

Each probe takes a batch of cases, because a crossing of the boundary costs more than the arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from grader.suite import assert_close, in_case, probe, require


@probe
def answers(solution: Any, name: str, cases: list[tuple[Any, ...]]) -> list[Any]:
    """Calls the function once per case."""
    return [getattr(solution, name)(*case) for case in cases]


@probe
def answers_from_one_buffer(solution: Any, name: str, cases: list[tuple[Any, ...]]) -> list[Any]:
    """Calls the function with the same tensors, which every case fills anew, and returns the answers at the end."""
    tensors = [value.clone() for value in cases[0] if isinstance(value, torch.Tensor)]
    found = []
    for case in cases:
        for tensor, value in zip(tensors, case, strict=False):
            tensor.copy_(value)
        found.append(getattr(solution, name)(*tensors, *case[len(tensors) :]))
    return found


@probe
def outcomes(solution: Any, name: str, cases: list[tuple[Any, ...]]) -> list[Any]:
    """Calls the function once per case; a ValueError, and a division by zero, stand in the list by name."""
    found = []
    for case in cases:
        try:
            found.append(getattr(solution, name)(*case))
        except ValueError:
            found.append("ValueError")
        except ZeroDivisionError:
            found.append("ZeroDivisionError")
    return found


@probe
def gradients(solution: Any, name: str, cases: list[tuple[list[Tensor], Tensor, list[Any]]]) -> list[Any]:
    """Returns the gradients of each case's inputs, or None where the result cannot carry the cotangent back.

    All cases go forward before the first one goes back.
    """
    pending = []
    for inputs, cotangent, rest in cases:
        leaves = [value.detach().clone().requires_grad_() for value in inputs]
        pending.append((leaves, getattr(solution, name)(*leaves, *rest), cotangent))
    found = []
    for leaves, result, cotangent in pending:
        if result.requires_grad and result.shape == cotangent.shape:
            found.append(torch.autograd.grad(result, leaves, cotangent.to(result.dtype), allow_unused=True))
        else:
            found.append(None)
    return found


def check_sizes(found: list[Any], cases: Sequence[tuple[Any, ...]], spec: Callable[..., int]) -> None:
    """Compares sizes one by one; no case may have been refused."""
    require(
        "ValueError" not in found,
        "a ValueError was raised although the arguments are in order",
        "参数都合理，却抛出了 ValueError",
    )
    require(
        "ZeroDivisionError" not in found,
        "something was divided by zero although the arguments are in order",
        "参数都合理，却出现了除以零",
    )
    assert_close(found, [spec(*case) for case in cases], cases=cases)


def check_gradients(found: list[Any], expected: Sequence[tuple[Tensor, ...]], cases: Sequence[Any]) -> None:
    """Compares gradients case by case, each input's by itself, and says so when one is cut off from the graph."""
    for number, (got, want, (inputs, _, rest)) in enumerate(zip(found, expected, cases, strict=True), 1):
        with in_case(number, len(cases), (inputs, rest)):
            require(
                got is not None and all(part is not None for part in got),
                "the gradient does not flow from the result back to every floating-point input",
                "梯度没有从结果流回每个浮点输入",
            )
            for part, right in zip(got, want, strict=True):
                assert_close(part, right)
