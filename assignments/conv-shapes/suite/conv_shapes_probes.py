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
def careful_call(solution: Any, name: str, args: list[Any]) -> tuple[Any, list[Any], str]:
    """Returns the answer, the arguments after the call, and how a call on the meta device ended."""
    function = getattr(solution, name)
    on_meta = [value.to("meta") if isinstance(value, torch.Tensor) else value for value in args]
    answer = function(*args)
    try:
        ending = str(function(*on_meta).device)
    except Exception as error:  # noqa: BLE001 - whatever it is, only its message matters
        ending = str(error)
    return answer, args, ending


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
    """Compares gradients case by case and says so when a result is cut off from the graph."""
    for number, (got, want, (inputs, _, rest)) in enumerate(zip(found, expected, cases, strict=True), 1):
        with in_case(number, len(cases), (inputs, rest)):
            require(
                got is not None and all(part is not None for part in got),
                "the gradient does not flow from the result back to every floating-point input",
                "梯度没有从结果流回每个浮点输入",
            )
            assert_close(got, want)


def check_careful_call(outcome: tuple[Any, list[Any], str], args: Sequence[Any], expected: Tensor) -> None:
    """Compares the answer, then looks whether an argument changed and whether a device was assumed."""
    answer, afterwards, ending = outcome
    assert_close(answer, expected)
    for got, sent in zip(afterwards, args, strict=True):
        is_same = got.shape == sent.shape and torch.equal(got, sent) if isinstance(sent, Tensor) else got == sent
        require(is_same, "the function changed one of its arguments", "函数修改了自己的某个参数")
    require(
        "expected device meta" not in ending and "on the expected device" not in ending and ending != "cpu",
        "a tensor was created on a fixed device instead of the device of the inputs",
        "有张量创建在固定的设备上，而不是输入所在的设备",
    )
