"""Tests of `stop_grad_mul`: the value of a product, and a gradient that flows through one factor only."""

from __future__ import annotations

from typing import Any

import torch
from autograd_checks import F64
from autograd_oracle import Program, run_program
from autograd_probes import stopped
from torch import Tensor

from grader.suite import Rng, Student, assert_close, needs_value, require, task, visible, weight

pytestmark = task("stop_grad_mul")


def _check(answer: dict[str, Any], program: Program, x: Tensor, upstream: Tensor) -> None:
    """Compares the product and the gradient of x; both rest on g(x) alone."""
    factor = run_program(program, x).detach()
    assert_close(answer["y"], x * factor)
    require(answer["gradient"] is not None, "no gradient reaches x", "梯度没有到达 x")
    assert_close(answer["gradient"], upstream * factor)


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """With g(x) = x² the gradient is x², and not 3x².

    当 g(x) = x² 时，梯度是 x²，而不是 3x²。
    """
    answer = student.run(stopped, [("square",)], torch.arange(5, dtype=F64), torch.ones(5, dtype=F64))
    assert_close(answer["y"], torch.tensor([0.0, 1.0, 8.0, 27.0, 64.0], dtype=F64))
    require(answer["gradient"] is not None, "no gradient reaches x", "梯度没有到达 x")
    assert_close(answer["gradient"], torch.tensor([0.0, 1.0, 4.0, 9.0, 16.0], dtype=F64))


@weight(4)
def test_value_and_gradient(student: Student, rng: Rng) -> None:
    """The value is the product, and the gradient for a random upstream gradient is that of a constant factor.

    值等于乘积；对随机的上游梯度，求得的梯度与常数因子的情形相同。
    """
    cases = []
    for program, shape in (
        ([("exp",)], (4,)),
        ([("matmul", rng.normal(3, 3, dtype=F64)), ("tanh",)], (2, 3)),
        ([("cumsum", 1), ("sin",)], (3, 3)),
    ):
        cases.append((program, rng.normal(*shape, dtype=F64), rng.normal(*shape, dtype=F64)))
    answers = [student.run(stopped, *case) for case in cases]
    for answer, case in zip(answers, cases, strict=True):
        _check(answer, *case)


@needs_value
@weight(3)
def test_nothing_flows_into_g(student: Student, rng: Rng) -> None:
    """Tensors that g uses get no gradient, g is called once, and the result requires grad exactly if x does.

    g 用到的张量得不到梯度，g 只调用一次，当且仅当 x 需要梯度时结果才需要梯度。
    """
    weights, bias = (rng.normal(*shape, dtype=F64).requires_grad_() for shape in ((3, 3), (3,)))
    program: Program = [("matmul", weights), ("add", bias), ("tanh",)]
    x, upstream = rng.normal(2, 3, dtype=F64), rng.normal(2, 3, dtype=F64)
    answer = student.run(stopped, program, x, upstream)
    constant = student.run(stopped, program, x, upstream, attached=False)
    _check(answer, program, x, upstream)
    require(
        answer["gradients_of_g"] == [None, None],
        "a gradient reaches the tensors that g uses",
        "有梯度到达了 g 用到的张量",
    )
    require(answer["calls"] == 1, "g is not called exactly once", "g 没有恰好调用一次")
    require(
        answer["argument"][1] is True,
        "the argument x no longer requires grad after the call",
        "调用之后，参数 x 不再需要梯度",
    )
    assert_close(constant["y"], answer["y"])
    require(
        constant["attached"] is False, "the result requires grad although x does not", "x 不需要梯度，结果却需要梯度"
    )


@needs_value
@weight(2)
def test_special_functions_and_inputs(student: Student, rng: Rng) -> None:
    """Functions that return their argument, a view of it or a constant work; so do float32, views and empty inputs.

    函数返回参数本身、参数的视图或常数都能处理；float32、视图和没有元素的输入也一样。
    """
    cases = [
        ([("same",)], rng.normal(3, dtype=F64), rng.normal(3, dtype=F64)),
        ([("sin",)], rng.normal(), rng.normal()),
        ([("transpose", 0, 1)], rng.normal(3, 3), rng.normal(3, 3)),
        ([("zeros_like",), ("add", 2.0)], rng.normal(4, 3).T, rng.normal(3, 4)),
        ([("exp",)], rng.normal(0, 3), rng.normal(0, 3)),
    ]
    answers = [student.run(stopped, *case) for case in cases]
    for answer, case in zip(answers, cases, strict=True):
        _check(answer, *case)
        assert_close(answer["argument"], (case[1], True))
