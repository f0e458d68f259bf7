"""What the suite runs inside the candidate, and how it reads the answers.

Each probe takes a batch of cases, because a crossing of the boundary costs more than the arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.suite import assert_close, probe, require

_ON_A_FIXED_DEVICE = ("expected device meta", "on the expected device", "on the same device")


@probe
def answers(solution: Any, name: str, cases: list[tuple[Any, ...]]) -> list[Any]:
    """Calls the function once per case."""
    return [getattr(solution, name)(*case) for case in cases]


@probe
def answers_and_arguments(solution: Any, name: str, cases: list[tuple[Any, ...]]) -> list[Any]:
    """Calls the function once per case and returns each answer with the arguments as they are then."""
    return [(getattr(solution, name)(*case), list(case)) for case in cases]


@probe
def gradients(solution: Any, name: str, cases: list[tuple[list[Tensor], Tensor, list[Any]]]) -> list[Any]:
    """Returns the gradients of each case's inputs, or None where the result cannot carry the cotangent back."""
    found = []
    for inputs, cotangent, rest in cases:
        leaves = [value.detach().clone().requires_grad_() for value in inputs]
        result = getattr(solution, name)(*leaves, *rest)
        if result.requires_grad and result.shape == cotangent.shape:
            found.append(torch.autograd.grad((result * cotangent).sum(), leaves, allow_unused=True))
        else:
            found.append(None)
    return found


@probe
def ending_on_meta(solution: Any, name: str, args: list[Any], keywords: dict[str, Any]) -> str:
    """Says how a call with tensors without data ends: the result's device, or the exception's message."""
    on_meta = [value.to("meta") if isinstance(value, torch.Tensor) else value for value in args]
    try:
        return str(getattr(solution, name)(*on_meta, **keywords).device)
    except Exception as error:  # noqa: BLE001 - whatever it is, only its message matters
        return str(error)


def check_gradients(found: list[Any], expected: Sequence[tuple[Tensor, ...]]) -> None:
    """Compares gradients case by case and says so when a result is cut off from the graph."""
    for got, want in zip(found, expected, strict=True):
        require(
            got is not None and all(part is not None for part in got),
            "the gradient does not flow from the result back to both arguments",
            "梯度没有从结果流回两个参数",
        )
        assert_close(got, want)


def check_arguments(outcomes: Sequence[tuple[Any, list[Any]]], cases: Sequence[tuple[Any, ...]]) -> None:
    """Looks whether every argument is still what was sent."""
    for (_, afterwards), sent in zip(outcomes, cases, strict=True):
        for got, want in zip(afterwards, sent, strict=True):
            is_same = torch.equal(got, want) if isinstance(want, Tensor) else got == want
            require(is_same, "the function changed one of its arguments", "函数修改了自己的某个参数")


def check_device(ending: str) -> None:
    """Fails if the call shows that a tensor was created on a fixed device."""
    shows_it = ending == "cpu" or any(phrase in ending for phrase in _ON_A_FIXED_DEVICE)
    require(
        not shows_it,
        "a tensor was created on a fixed device instead of the device that was asked for",
        "有张量创建在固定的设备上，而不是所要求的设备",
    )
