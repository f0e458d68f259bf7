"""Tests of `vjp`: products of a vector with the Jacobian matrix, and what the call leaves behind."""

from __future__ import annotations

import torch
from autograd_checks import F64, ask, check_untouched, compare, tensors_in
from autograd_oracle import vjp_spec
from autograd_probes import applied, vjps

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, in_case, needs_value, task, visible, weight

pytestmark = task("vjp")


@visible
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    matrix = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], dtype=F64)
    x, v = torch.tensor([1.0, -1.0], dtype=F64), torch.tensor([1.0, 0.0, -2.0], dtype=F64)
    answer = student.run(applied, "vjp", [("matmul", matrix.T)], x, v)
    assert_close(answer, torch.tensor([-9.0, -10.0], dtype=F64))
    constant = student.run(applied, "vjp", [("own", torch.tensor([5.0, 6.0], dtype=F64))], x, x)
    assert_close(constant, torch.tensor([0.0, 0.0], dtype=F64))


@weight(4)
def test_products_for_many_functions(student: Student, rng: Rng) -> None:
    """The vector multiplies the Jacobian matrix from the left, for matrices, nonlinear functions and reductions.

    对矩阵、非线性函数和归约，向量都是从左边乘 Jacobian 矩阵。
    """
    cases = []
    for program, x_shape, y_shape in (
        ([("matmul", rng.normal(3, 3, dtype=F64))], (3,), (3,)),
        ([("matmul", rng.normal(3, 4, dtype=F64)), ("tanh",)], (3,), (4,)),
        ([("sin",), ("cumsum", 0)], (5,), (5,)),
        ([("matmul", rng.normal(3, 4, dtype=F64)), ("exp",), ("sum", 0)], (2, 3), (4,)),
        ([("logsumexp", 1)], (3, 4), (3,)),
        ([("signed_square",), ("cumsum", 1)], (2, 3), (2, 3)),
        ([("sin",), ("transpose", 0, 1)], (2, 3), (3, 2)),
        ([("exp",), ("broadcast_to", (2, 3))], (3,), (2, 3)),
        ([("cos",), ("cumsum", 0)], (5,), (5,)),  # the sizes of a case before, with another function
    ):
        cases.append((program, rng.normal(*x_shape, dtype=F64), rng.normal(*y_shape, dtype=F64)))
    square, *others = cases  # asked alone: the wrong product fits here, and fails in the others
    answers = [*ask(student, "vjp", [square]), *ask(student, "vjp", others)]
    compare(answers, [vjp_spec(*case) for case in cases], cases)


@needs_value
@weight(3)
def test_call_leaves_no_traces(student: Student, rng: Rng) -> None:
    """The result is detached, and neither `.grad` nor `requires_grad` of any tensor of the caller has changed.

    结果不连着计算图，调用者的任何张量的 `.grad` 和 `requires_grad` 都没有改变。
    """
    weights = rng.normal(3, 4, dtype=F64)
    plain = ([("matmul", weights), ("tanh",)], rng.normal(3, dtype=F64), rng.normal(4, dtype=F64))
    weights = rng.normal(3, 4, dtype=F64).requires_grad_()
    used = ([("matmul", weights), ("tanh",)], rng.normal(3, dtype=F64), rng.normal(4, dtype=F64))
    leaf = ([("sin",), ("cumsum", 0)], rng.normal(4, dtype=F64).requires_grad_(), rng.normal(4, dtype=F64))
    inner = ([("exp",)], rng.normal(3, dtype=F64).requires_grad_(), rng.normal(3, dtype=F64))
    own = ([("own", weights)], rng.normal(3, dtype=F64).requires_grad_(), rng.normal(3, 4, dtype=F64))
    cases = [plain, used, leaf, inner, own]
    answers = ask(student, "vjp", [plain, used, leaf, (*inner, True), own])
    compare(answers, [vjp_spec(*case) for case in cases], cases)
    for number, (answer, (program, x, v)) in enumerate(zip(answers, cases, strict=True), 1):
        with in_case(number, len(cases), cases[number - 1]):
            check_untouched(answer, x, tensors_in(program), v)


@needs_value
@weight(2)
def test_special_functions_and_inputs(student: Student, rng: Rng) -> None:
    """Functions that ignore or return their argument, any shape, views, float32, and tiny and huge numbers work.

    函数不用参数或直接返回参数、各种形状、视图、float32、很小和很大的数，这些情形都能处理。
    """
    parameter = rng.normal(3, dtype=F64).requires_grad_()
    cases = [
        ([("same",)], rng.normal(2, 3, dtype=F64), rng.normal(2, 3, dtype=F64)),
        ([("square",), ("sum",)], rng.normal(4, dtype=F64), rng.normal(dtype=F64)),
        ([("exp",)], rng.normal(), rng.normal()),
        ([("sin",), ("sum", 0)], rng.normal(3, 4).T, rng.normal(6)[::2]),
        ([("zeros_like",), ("add", parameter)], rng.normal(3, dtype=F64), rng.normal(3, dtype=F64)),
        ([("zeros_like",), ("sum", 1)], rng.normal(2, 3, dtype=F64), rng.normal(2, dtype=F64)),
        ([("sin",)], rng.normal(3, 4).T, rng.normal(3, 4).T),
        ([("square",)], rng.spread(2, 5, dtype=F64), rng.spread(2, 5, dtype=F64)),
        ([("exp",)], rng.normal(0, 3, dtype=F64), rng.normal(0, 3, dtype=F64)),
        ([("exp",), ("sum", 0)], rng.normal(0, 3, dtype=F64), rng.normal(3, dtype=F64)),
        ([("sin",), ("mul", rng.normal(3, 1, dtype=F64))], *(rng.normal(3, 1, dtype=F64) for _ in range(2))),
        ([("sin",), ("cumsum", 1)], *(rng.normal(1, 3, dtype=F64) for _ in range(2))),
        ([("sin",), ("matmul", rng.normal(2, 2, dtype=F64))], *(rng.normal(2, 2, dtype=F64) for _ in range(2))),
    ]
    x = rng.normal(4, dtype=F64)
    cases.append(([("sin",), ("cumsum", 0)], x, x))
    compare(ask(student, "vjp", cases), [vjp_spec(*case) for case in cases], cases)


@needs_value
@weight(2)
def test_rules_hold(student: Student, rng: Rng) -> None:
    """The rules hold for functions that use x and that do not: views, dtypes, devices, unchanged arguments.

    无论函数是否用到 x，都遵守规则：视图、dtype、设备，参数保持不变。
    """

    def spec(weights: torch.Tensor, x: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        found = vjp_spec([("matmul", weights), ("tanh",)], x, v)
        return torch.stack([found, torch.zeros_like(x), torch.zeros_like(x)])

    args = 0.5 * rng.normal(3, 4), rng.normal(3), rng.normal(4)
    assert_keeps_promises(student, vjps, spec, args, rng=rng, without=("gradients", "gradients off"))
