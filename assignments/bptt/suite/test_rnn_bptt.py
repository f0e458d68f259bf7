"""Backpropagation through time by hand."""

from __future__ import annotations

from typing import Any

import torch
from bptt_drivers import F32, F64, LOOSE, answers, check, sequence, uneven
from bptt_oracle import rnn_bptt
from torch import Tensor

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("rnn_bptt")


def with_gradient(rng: Rng, *sizes: Any) -> list[Tensor]:
    """Returns all arguments, with a gradient at every step."""
    steps, batch, _, hidden, *rest = sizes
    return [*sequence(rng, *sizes), rng.normal(steps, batch, hidden, dtype=rest[0] if rest else F64)]


@visible
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    xs, h0, grad_hs = torch.tensor([[[1.0]], [[0.0]]]), torch.tensor([[0.5]]), torch.tensor([[[1.0]], [[2.0]]])
    found = student.rnn_bptt(xs, h0, torch.tensor([[1.0]]), torch.tensor([[0.5]]), torch.tensor([0.0]), grad_hs)
    numbers = [[[0.515870]], [[1.679337]]], [[0.257935]], [[0.515870]], [[1.682490]], [2.195208]
    assert_close(found, tuple(torch.tensor(number) for number in numbers), rtol=0, atol=1e-5)


@weight(4)
def test_gradient_at_every_step(student: Student, rng: Rng) -> None:
    """With a gradient at every step all five gradients are right, for short and long sequences, huge and tiny numbers.

    每一步都有外来梯度时，不论序列长短、数大数小，五个梯度都正确。
    """
    sizes = [(4, 3, 3, 3), (6, 3, 2, 4), (5, 1, 3, 2), (2, 2, 2, 2), (1, 3, 2, 3)]
    xs, h0, w, _, b = sequence(rng, 3, 2, 3, 3)
    check(student, answers, "rnn_bptt", [*(with_gradient(rng, *size) for size in sizes), [xs, h0, w, w, b, xs]])
    scales = torch.tensor([1e5, 1.0, 1e-5, 0.0], dtype=F64, device=rng.device)[:, None]
    check(student, answers, "rnn_bptt", [[*uneven(rng, 3), rng.normal(3, 4, 4, dtype=F64) * scales]])
    check(student, answers, "rnn_bptt", [with_gradient(rng, 3, 2, 2, 3, F32)], **LOOSE)


@weight(3)
def test_gradient_at_one_step_only(student: Student, rng: Rng) -> None:
    """A gradient at a single step, the last or an earlier one, reaches all the steps before it and none after it.

    只有一步有外来梯度时，无论是最后一步还是更早的一步，梯度都到达它之前的所有步，
    而不到达它之后的任何一步。
    """
    cases = []
    for position in (-1, 1):
        *inputs, grad_hs = with_gradient(rng, 5, 2, 3, 4)
        alone = torch.zeros_like(grad_hs)
        alone[position] = grad_hs[position]
        cases.append([*inputs, alone])
    check(student, answers, "rnn_bptt", cases)


@weight(2)
@needs_value
def test_rules(student: Student, rng: Rng) -> None:
    """The rules hold: any memory layout (an expanded gradient too), device and default setting of torch will do,
    also with autograd off, and no argument changes.

    遵守题目的规则：任何内存布局（包括经 `expand` 得到的梯度）、设备和 torch 的默认设置都行，关闭自动求导时也一样，
    参数没有改变。
    """
    *inputs, grad_hs = with_gradient(rng, 4, 3, 2, 3)
    check(student, answers, "rnn_bptt", [[*inputs, grad_hs[:, :1].expand(4, 3, 3)]])
    assert_keeps_promises(student, "rnn_bptt", rnn_bptt, [*inputs, grad_hs], rng=rng, without=("float32", "gradients"))
