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
def outcomes(solution: Any, name: str, cases: list[tuple[Any, ...]]) -> list[Any]:
    """Calls the function once per case; a refusal stands in the list as "ValueError"."""
    found = []
    for case in cases:
        try:
            found.append(getattr(solution, name)(*case))
        except ValueError:
            found.append("ValueError")
    return found


@probe
def gradients(solution: Any, name: str, cases: list[tuple[list[Tensor], Tensor, list[Any]]]) -> list[Any]:
    """Returns what flows back to each floating-point tensor, or None where the result cannot carry the cotangent back.

    A tensor that is several inputs is one leaf.
    """
    found = []
    for inputs, cotangent, rest in cases:
        leaves = {id(value): value.detach().clone().requires_grad_() for value in inputs if value.is_floating_point()}
        result = getattr(solution, name)(*(leaves.get(id(value), value) for value in inputs), *rest)
        if result.requires_grad and result.shape == cotangent.shape:
            found.append(torch.autograd.grad((result * cotangent).sum(), list(leaves.values()), allow_unused=True))
        else:
            found.append(None)
    return found


def check_gradients(found: list[Any], expected: Sequence[tuple[Tensor, ...]], cases: Sequence[Any]) -> None:
    """Compares gradients case by case and says so when a result is cut off from the graph."""
    for number, (got, want, (inputs, _, rest)) in enumerate(zip(found, expected, cases, strict=True), 1):
        with in_case(number, len(cases), (inputs, rest)):
            require(
                got is not None and all(part is not None for part in got),
                "the gradient does not flow from the result back to every floating-point input",
                "梯度没有从结果流回每个浮点输入",
            )
            for part, wanted in zip(got, want, strict=True):
                assert_close(part, wanted)
