"""Tests of `stop_grad_mul`: the value of a product, and a gradient that flows through one factor only."""

from __future__ import annotations

from typing import Any

import torch
from autograd_checks import F64
from autograd_oracle import Program, run_program
from autograd_probes import stopped, stopped_product, stopped_twice
from torch import Tensor

from grader.suite import (
    Rng,
    Student,
    assert_close,
    assert_keeps_promises,
    in_case,
    needs_value,
    require,
    task,
    visible,
    weight,
)

pytestmark = task("stop_grad_mul")

Case = tuple[Program, Tensor, Tensor, str]


def _check(answers: list[dict[str, Any]], cases: list[Case]) -> None:
    """Compares products and gradients of x; both rest on g(x) alone."""
    for number, (answer, (program, x, upstream, kind)) in enumerate(zip(answers, cases, strict=True), 1):
        factor = run_program(program, x.detach()).detach()
        with in_case(number, len(cases), (x, upstream)):
            assert_close(answer["y"], x * factor)
            if kind != "plain":
                require(answer["gradient"] is not None, "no gradient reaches x", "梯度没有到达 x")
                assert_close(answer["gradient"], upstream * factor)
            require(
                torch.equal(answer["argument"], x),
                "the call has changed the values of x",
                "这次调用改变了 x 的数值",
            )


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """With g(x) = x² the gradient is x², and not 3x²; with g(x) = x it is x, and not 2x.

    当 g(x) = x² 时，梯度是 x²，而不是 3x²；当 g(x) = x 时，梯度是 x，而不是 2x。
    """
    x, ones = torch.arange(5, dtype=F64), torch.ones(5, dtype=F64)
    square, same = student.run(stopped, [([("square",)], x, ones, "inner"), ([("same",)], x + 1, ones, "leaf")])
    assert_close(square["y"], torch.tensor([0.0, 1.0, 8.0, 27.0, 64.0], dtype=F64))
    require(square["gradient"] is not None, "no gradient reaches x", "梯度没有到达 x")
    assert_close(square["gradient"], torch.tensor([0.0, 1.0, 4.0, 9.0, 16.0], dtype=F64))
    assert_close(same["y"], torch.tensor([1.0, 4.0, 9.0, 16.0, 25.0], dtype=F64))
    require(same["gradient"] is not None, "no gradient reaches x", "梯度没有到达 x")
    assert_close(same["gradient"], torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0], dtype=F64))


@weight(4)
def test_value_and_gradient(student: Student, rng: Rng) -> None:
    """The value is the product, and the gradient for a random upstream gradient is that of a constant factor.

    值等于乘积；对随机的上游梯度，求得的梯度与常数因子的情形相同。
    """
    cases: list[Case] = []
    for program, shape, kind in (
        ([("exp",)], (4,), "inner"),
        ([("matmul", rng.normal(3, 3, dtype=F64)), ("tanh",)], (2, 3), "leaf"),
        ([("cumsum", 1), ("sin",)], (3, 3), "inner"),
        ([("sin",)], (4,), "leaf"),  # the sizes of a case before, with another function
    ):
        cases.append((program, rng.normal(*shape, dtype=F64), rng.normal(*shape, dtype=F64), kind))
    _check(student.run(stopped, cases), cases)


@needs_value
@weight(3)
def test_nothing_flows_into_g(student: Student, rng: Rng) -> None:
    """Tensors that g uses get no gradient and stay as they are, g is called once, the result requires grad as x does.

    g 用到的张量得不到梯度、保持原样，g 只调用一次，当且仅当 x 需要梯度时结果才需要梯度。
    """
    weights, bias = (rng.normal(*shape, dtype=F64).requires_grad_() for shape in ((3, 3), (3,)))
    program: Program = [("matmul", weights), ("add", bias), ("tanh",)]
    own: Program = [("own", rng.normal(2, 3, dtype=F64).requires_grad_())]
    cases: list[Case] = []
    for steps, kind in ((program, "inner"), (own, "leaf"), (program, "plain"), ([("own", own[0][1].detach())], "leaf")):
        cases.append((steps, rng.normal(2, 3, dtype=F64), rng.normal(2, 3, dtype=F64), kind))
    answers = student.run(stopped, cases)
    _check(answers, cases)
    for number, (answer, (_, x, upstream, kind)) in enumerate(zip(answers, cases, strict=True), 1):
        with in_case(number, len(cases), (x, upstream)):
            _check_traces(answer, kind)


def _check_traces(answer: dict[str, Any], kind: str) -> None:
    """Fails when more of the caller's tensors was touched than the statement allows."""
    require(
        all(gradient is None for gradient in answer["gradients_of_g"]),
        "a gradient reaches the tensors that g uses",
        "有梯度到达了 g 用到的张量",
    )
    require(answer["calls"] == 1, "g is not called exactly once", "g 没有恰好调用一次")
    require(
        answer["x_requires_grad"] is (kind != "plain") and all(answer["watched"]),
        "one of the caller's tensors no longer requires grad after the call",
        "调用之后，调用者的某个张量不再需要梯度",
    )
    require(
        all(bool((grad == 7.0).all()) for grad in answer["grads"]),
        "the call has changed the `.grad` of one of the caller's tensors",
        "这次调用改变了调用者的某个张量的 `.grad`",
    )
    require(
        answer["same_values"] is True,
        "the call has changed the numbers of a tensor that g uses",
        "这次调用改变了 g 用到的某个张量的数值",
    )
    require(
        answer["attached"] is (kind != "plain"),
        "the result requires grad although x does not, or the other way round",
        "x 不需要梯度而结果需要，或者反过来",
    )


@needs_value
@weight(2)
def test_special_functions_and_inputs(student: Student, rng: Rng) -> None:
    """Functions that return their argument, a view of it or a constant work; so do float32, views and any shape.

    函数返回参数本身、参数的视图或常数都能处理；float32、视图和各种形状也一样。
    """
    cases: list[Case] = [
        ([("same",)], rng.normal(3, dtype=F64), rng.normal(3, dtype=F64), "inner"),
        ([("sin",)], rng.normal(), rng.normal(), "leaf"),
        ([("transpose", 0, 1)], rng.normal(3, 3), rng.normal(3, 3), "inner"),
        ([("transpose", 0, 1)], rng.normal(3, 3, dtype=F64), rng.normal(3, 3, dtype=F64).T, "leaf"),
        ([("zeros_like",), ("add", 2.0)], rng.normal(4, 3).T, rng.normal(3, 4), "inner"),
        ([("exp",)], rng.normal(0, 3), rng.normal(0, 3), "inner"),
        ([("square",)], rng.spread(2, 5, dtype=F64), rng.spread(2, 5, dtype=F64), "inner"),
        ([("sum", 1, True)], rng.normal(3, 1, dtype=F64), rng.normal(3, 1, dtype=F64), "inner"),
        ([("cumsum", 1)], rng.normal(1, 3, dtype=F64), rng.normal(1, 3, dtype=F64), "leaf"),
    ]
    answers = student.run(stopped, cases)
    _check(answers, cases)
    for number, answer in enumerate(answers, 1):
        with in_case(number, len(cases), cases[number - 1][1:3]):
            require(
                answer["x_requires_grad"] is True,
                "the argument x no longer requires grad after the call",
                "调用之后，参数 x 不再需要梯度",
            )


@needs_value
@weight(2)
def test_rules_hold(student: Student, rng: Rng) -> None:
    """The rules hold: the same answer again, views, dtypes, devices, unchanged arguments.

    遵守规则：再次调用答案相同、视图、dtype、设备，参数保持不变。
    """

    def spec(weights: Tensor, x: Tensor) -> Tensor:
        return x * torch.tanh(x * weights).detach()

    args = rng.normal(3, 4), rng.normal(3, 4)
    assert_keeps_promises(student, stopped_product, spec, args, rng=rng, without=("gradients", "gradients off"))
    x = rng.normal(3, dtype=F64)
    assert_close(student.run(stopped_twice, x), [x**3, x**3], cases=[x, x])
