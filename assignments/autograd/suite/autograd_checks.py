"""How the answers about `vjp`, `jacobian` and `hvp` are read: the value first, then what the call left behind."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.suite import Student, assert_close, require

F64 = torch.float64


def check_meta(ending: str) -> None:
    """Fails when a call on a device without data shows that a tensor was created on the CPU."""
    require(
        "expected device meta" not in ending
        and "on the expected device" not in ending
        and "Expected all tensors to be on the same device" not in ending
        and ending != "cpu",
        "a tensor was created on a fixed device instead of the device of the inputs",
        "有张量创建在固定的设备上，而不是输入所在的设备",
    )


def check_untouched(answer: dict[str, Any], x: Tensor, tensors: list[Tensor], *vectors: Tensor) -> None:
    """Compares what the call left behind with what was there before it."""
    require(
        answer["attached"] is False,
        "the result is still attached to a graph: it requires grad",
        "结果仍连在计算图上：它需要梯度",
    )
    watched = [x, *tensors]
    require(
        answer["still_requires_grad"] == [tensor.requires_grad for tensor in watched],
        "the `requires_grad` of one of the caller's tensors has changed",
        "调用者的某个张量的 `requires_grad` 改变了",
    )
    for found, tensor in zip(answer["grads"], watched, strict=True):
        unchanged = torch.full_like(tensor, 7.0).detach() if tensor.requires_grad else None
        require(
            found is None if unchanged is None else _same(found, unchanged),
            "the call has changed the `.grad` of one of the caller's tensors",
            "这次调用改变了调用者的某个张量的 `.grad`",
        )
    for found, sent in zip(answer["arguments"], [x, *vectors], strict=True):
        require(
            _same(found, sent.detach()), "the call has changed one of its arguments", "这次调用改变了传入的某个参数"
        )


def _same(found: Any, expected: Tensor) -> bool:
    return isinstance(found, Tensor) and found.shape == expected.shape and torch.equal(found, expected)


def compare(answers: list[dict[str, Any]], expected: list[Tensor], **tolerance: float) -> None:
    """Compares results in order; all requests were made before, whatever comes out."""
    for answer, want in zip(answers, expected, strict=True):
        assert_close(answer["result"], want, **tolerance)


def ask(student: Student, probe: Any, name: str, cases: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Makes one request for each case: a program, the point, and the vectors."""
    return [student.run(probe, name, *case) for case in cases]
