"""Truncated backpropagation through time."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from bptt_drivers import F32, F64, LOOSE, answers, calls_on_leaves, check, sequence, uneven
from bptt_oracle import tbptt_grads

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("tbptt_grads")


def with_targets(rng: Rng, steps: int, batch: int, inputs: int, hidden: int, dtype: torch.dtype = F64) -> list[Any]:
    """Returns all arguments but k."""
    xs, *rest = sequence(rng, steps, batch, inputs, hidden, dtype)
    return [xs, rng.normal(steps, batch, hidden, dtype=dtype), *rest]


@visible
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right for both chunk lengths, and k = 0 is a ValueError.

    对两种段长，题目中的例子结果都正确；k = 0 时抛出 ValueError。
    """
    xs, ys, h0 = torch.tensor([[[1.0]], [[0.0]]]), torch.tensor([[[0.0]], [[1.0]]]), torch.tensor([[0.5]])
    weights = [torch.tensor([[1.0]]), torch.tensor([[0.5]]), torch.tensor([0.0])]
    numbers = {1: ([[0.237871]], [[-0.308136]], [-0.265582]), 2: ([[0.167283]], [[-0.343430]], [-0.336170])}
    for k, number in numbers.items():
        expected = tuple(torch.tensor(part) for part in number)
        assert_close(student.tbptt_grads(xs, ys, h0, *weights, k), expected, rtol=0, atol=1e-5)
    with pytest.raises(ValueError):  # noqa: PT011 - a student's wording is free
        student.tbptt_grads(xs, ys, h0, *weights, 0)


@weight(4)
def test_chunks_of_equal_length(student: Student, rng: Rng) -> None:
    """The gradients are the sums over chunks whose state has a value and no history, for huge and tiny numbers too.

    梯度是各段梯度之和，各段的起始状态有值而没有历史；数很大或很小时也一样。
    """
    case, (xs, *rest) = with_targets(rng, 6, 3, 3, 3), sequence(rng, 4, 2, 3, 3)
    check(
        student,
        answers,
        "tbptt_grads",
        [*([*case, k] for k in (2, 3, 1)), [*with_targets(rng, 6, 3, 3, 3), 2], [xs, xs, *rest, 2]],
    )
    scales = torch.tensor([1e5, 1.0, 1e-5, 0.0], dtype=F64, device=rng.device)[:, None]
    xs, *rest = uneven(rng, 4)
    check(student, answers, "tbptt_grads", [[xs, rng.normal(4, 4, 4, dtype=F64) * scales, *rest, 2]])
    check(student, answers, "tbptt_grads", [[*with_targets(rng, 4, 2, 3, 4, F32), 2]], **LOOSE)


@weight(2)
def test_one_chunk_is_the_full_gradient(student: Student, rng: Rng) -> None:
    """Chunks as long as the sequence, or longer, give the gradient of the whole sequence.

    段长等于或超过序列长度时，得到整个序列的梯度。
    """
    case, single = with_targets(rng, 5, 2, 3, 4), with_targets(rng, 1, 2, 3, 4)
    check(student, answers, "tbptt_grads", [*([*case, k] for k in (5, 10)), [*single, 1], [*single, 3]])


@weight(2)
@needs_value
def test_last_chunk_may_be_shorter(student: Student, rng: Rng) -> None:
    """The steps that are left over count too, in any memory layout, on any device, under any default setting of torch.

    最后剩下的那几步也算在内，无论内存布局、设备和 torch 的默认设置如何。
    """
    case = with_targets(rng, 7, 2, 3, 4)
    check(student, answers, "tbptt_grads", [[*case, k] for k in (3, 4, 6)])
    args = [*with_targets(rng, 3, 3, 2, 3), 2]
    assert_keeps_promises(
        student, "tbptt_grads", tbptt_grads, args, rng=rng, without=("float32", "gradients off", "gradients")
    )


@weight(1)
@needs_value
def test_gradients_beside_the_arguments_stay(student: Student, rng: Rng) -> None:
    """Arguments that require grad keep their `.grad`, and no argument starts or ceases to require grad.

    需要梯度的参数保有原来的 `.grad`，每个参数是否需要梯度都不改变。
    """
    case = with_targets(rng, 4, 2, 3, 2)
    check(student, calls_on_leaves, "tbptt_grads", [*case, 2], [2, 3, 4, 5])
    check(student, calls_on_leaves, "tbptt_grads", [*with_targets(rng, 4, 2, 3, 2), 3], [2])


@weight(1)
@needs_value
@pytest.mark.parametrize("k", [0, -2])
def test_chunks_without_steps_are_refused(student: Student, rng: Rng, k: int) -> None:
    """A chunk length that is not positive is a ValueError.

    段长不是正数时抛出 ValueError。
    """
    with pytest.raises(ValueError):  # noqa: PT011 - a student's wording is free
        student.tbptt_grads(*with_targets(rng, 3, 2, 2, 2), k)
