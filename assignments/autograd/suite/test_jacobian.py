"""Tests of `jacobian`: every partial derivative in its place, whatever the shapes."""

from __future__ import annotations

import torch
from autograd_checks import F64, ask, check_untouched, compare, tensors_in
from autograd_oracle import jacobian_spec
from autograd_probes import applied, jacobians

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

pytestmark = task("jacobian")


@visible
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    x = torch.tensor([1.0, 2.0, 3.0], dtype=F64)
    answer = student.run(applied, "jacobian", [("square",), ("cumsum", 0)], x)
    expected = torch.tensor([[2.0, 0.0, 0.0], [2.0, 4.0, 0.0], [2.0, 4.0, 6.0]], dtype=F64)
    assert_close(answer, expected)
    assert_close(student.run(applied, "jacobian", [("square",), ("sum",)], x), torch.tensor([2.0, 4.0, 6.0], dtype=F64))


@weight(4)
def test_derivatives_for_many_shapes(student: Student, rng: Rng) -> None:
    """The derivative of each output by each input stands where the indices of both say, for all kinds of shapes.

    对各种形状，每个输出对每个输入的偏导数都位于两者下标所指的位置。
    """
    cases = []
    for program, shape in (
        ([("logsumexp", (0, 1))], (2, 2)),
        ([("tanh",), ("matmul", rng.normal(3, 3, dtype=F64))], (3,)),
        ([("matmul", rng.normal(3, 4, dtype=F64)), ("sin",)], (3,)),
        ([("matmul", rng.normal(4, 6, dtype=F64)), ("reshape", (2, 3)), ("exp",)], (4,)),
        ([("matmul", rng.normal(2, 2, dtype=F64)), ("signed_square",)], (2, 2)),
        ([("sin",), ("mul", rng.normal(3, dtype=F64))], ()),
        ([("matmul", rng.normal(3, 1, dtype=F64)), ("exp",)], (3,)),
        ([("logsumexp", (0, 1)), ("reshape", (1, 1))], (2, 2)),
        ([("matmul", rng.normal(3, 2, dtype=F64)), ("add", 1e7)], (3,)),
        ([("sin",), ("transpose", 0, 1)], (2, 3)),
        ([("exp",), ("broadcast_to", (2, 2))], (2,)),
        ([("sigmoid",), ("matmul", rng.normal(3, 3, dtype=F64))], (3,)),  # the sizes of a case before
    ):
        cases.append((program, rng.normal(*shape, dtype=F64)))
    compare(ask(student, "jacobian", cases), [jacobian_spec(*case) for case in cases], cases)


@needs_value
@weight(3)
def test_one_call_without_traces(student: Student, rng: Rng) -> None:
    """The function is called once, the result is detached, and no tensor of the caller has changed.

    函数只调用一次，结果不连着计算图，调用者的张量都没有改变。
    """
    weights = rng.normal(3, 4, dtype=F64).requires_grad_()
    plain = ([("sin",), ("cumsum", 0)], rng.normal(3, dtype=F64))
    leaf = ([("matmul", weights), ("tanh",)], rng.normal(3, dtype=F64).requires_grad_())
    inner = ([("exp",), ("cumsum", 0)], rng.normal(3, dtype=F64).requires_grad_())
    own = ([("own", weights)], rng.normal(2, dtype=F64).requires_grad_())
    cases = [plain, leaf, inner, own]
    answers = ask(student, "jacobian", [plain, leaf, (*inner, True), own])
    compare(answers, [jacobian_spec(*case) for case in cases], cases)
    for number, (answer, (program, x)) in enumerate(zip(answers, cases, strict=True), 1):
        with in_case(number, len(cases), cases[number - 1]):
            check_untouched(answer, x, tensors_in(program))
            require(answer["calls"] == 1, "the function is not called exactly once", "函数没有恰好调用一次")


@needs_value
@weight(2)
def test_special_functions_and_inputs(student: Student, rng: Rng) -> None:
    """Outputs that ignore the argument, any shape, views, float32, and tiny and huge numbers work.

    输出不依赖参数、各种形状、视图、float32、很小和很大的数，这些情形都能处理。
    """
    parameter = rng.normal(3, dtype=F64).requires_grad_()
    cases = [
        ([("same",)], rng.normal(2, 3, dtype=F64)),
        ([("sin",)], rng.normal()),
        ([("matmul", rng.normal(3, 2)), ("exp",)], rng.normal(3, 4).T),
        ([("zeros_like",), ("add", parameter)], rng.normal(3, dtype=F64)),
        ([("zeros_like",), ("sum", 1)], rng.normal(2, 3, dtype=F64)),
        ([("square",), ("narrow", 0, 0, 0)], rng.normal(3, dtype=F64)),
        ([("square",)], rng.spread(7, dtype=F64)),
        ([("exp",), ("sum", 0)], rng.normal(0, 2, dtype=F64)),
        ([("sin",), ("cumsum", 0)], rng.normal(3, 1, dtype=F64)),
        ([("sin",), ("cumsum", 1)], rng.normal(1, 3, dtype=F64)),
    ]
    compare(ask(student, "jacobian", cases), [jacobian_spec(*case) for case in cases], cases)


@needs_value
@weight(2)
def test_rules_hold(student: Student, rng: Rng) -> None:
    """The rules hold for functions that use x and that do not: views, dtypes, devices, unchanged arguments.

    无论函数是否用到 x，都遵守规则：视图、dtype、设备，参数保持不变。
    """

    def spec(weights: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        zeros = weights.new_zeros(4, 3)
        return torch.stack([jacobian_spec([("matmul", weights), ("tanh",)], x), zeros, zeros])

    args = rng.normal(3, 4), rng.normal(3)
    assert_keeps_promises(student, jacobians, spec, args, rng=rng, without=("gradients", "gradients off"))
