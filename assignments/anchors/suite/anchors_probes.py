"""What the suite runs inside the candidate, and how it reads the answers.

Each probe takes a batch of cases, because a crossing of the boundary costs more than the arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
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
def gradients(solution: Any, name: str, cases: list[tuple[list[Tensor], Tensor, list[Any]]]) -> list[Any]:
    """Returns the gradients of each case's inputs, or None where the result cannot carry the cotangent back.

    All cases go forward before the first one goes back. Inputs that are one tensor are one leaf.
    """
    pending = []
    for inputs, cotangent, rest in cases:
        made = {id(value): value.detach().clone().requires_grad_() for value in inputs}
        leaves = [made[id(value)] for value in inputs]
        pending.append((leaves, getattr(solution, name)(*leaves, *rest), cotangent))
    found = []
    for leaves, result, cotangent in pending:
        if result.requires_grad and result.shape == cotangent.shape:
            found.append(torch.autograd.grad(result, leaves, cotangent.to(result.dtype), allow_unused=True))
        else:
            found.append(None)
    return found


def check_gradients(found: list[Any], expected: Sequence[tuple[Tensor, ...]], cases: Sequence[Any]) -> None:
    """Compares gradients case by case, each argument's by itself, and says so when one is cut off from the graph."""
    for number, (got, want, (inputs, _, rest)) in enumerate(zip(found, expected, cases, strict=True), 1):
        with in_case(number, len(cases), (inputs, rest)):
            require(
                got is not None and all(part is not None for part in got),
                "the gradient does not flow from the result back to both arguments",
                "梯度没有从结果流回两个参数",
            )
            for part, right in zip(got, want, strict=True):
                assert_close(part, right)
