"""How the answers about `vjp`, `jacobian` and `hvp` are read: the value first, then what the call left behind."""

from __future__ import annotations

from typing import Any

import torch
from autograd_probes import differentiate
from torch import Tensor

from grader.suite import Student, assert_close, require

F64 = torch.float64


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
    require(
        all(answer["same_values"]),
        "the call has changed the numbers of a tensor that the function uses",
        "这次调用改变了函数用到的某个张量的数值",
    )


def _same(found: Any, expected: Tensor) -> bool:
    return isinstance(found, Tensor) and found.shape == expected.shape and torch.equal(found, expected)


def compare(answers: list[dict[str, Any]], expected: list[Tensor], cases: list[Any]) -> None:
    """Compares what each case gave at first, then what it gave when asked again."""
    for name in ("result", "again"):
        assert_close([answer[name] for answer in answers], expected, cases=cases)


def ask(student: Student, name: str, cases: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Asks for all cases at once: a program, the point, the vectors, and perhaps True for an x that is no leaf."""
    asked = []
    for program, x, *vectors in cases:
        is_inner = bool(vectors) and vectors[-1] is True
        asked.append((program, tensors_in(program), x, is_inner, *vectors[: len(vectors) - is_inner]))
    return list(student.run(differentiate, name, asked))


def tensors_in(program: list[Any]) -> list[Tensor]:
    """Returns the tensors that a function uses besides its argument."""
    return [part for step in program for part in step if isinstance(part, Tensor)]


def compare_parts(answer: dict[str, Any], expected: dict[str, Any], **tolerance: float | None) -> None:
    """Compares what was asked of one call part by part, in the order of `expected`."""
    for name, want in expected.items():
        assert_close(answer[name], want, **tolerance)


def compare_nodes(answer: dict[str, Any], expected: dict[str, Any], **tolerance: float) -> None:
    """Compares the values of all nodes, then their gradients after each pass."""
    for found, want in zip([answer["values"], *answer["grads"]], [expected["values"], *expected["grads"]], strict=True):
        assert_close(found, want, cases=range(len(want)), **tolerance)
