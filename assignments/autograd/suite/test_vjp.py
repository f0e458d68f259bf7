"""Tests of `vjp`: products of a vector with the Jacobian matrix, and what the call leaves behind."""

from __future__ import annotations

import torch
from autograd_checks import F64, ask, check_meta, check_untouched, compare
from autograd_oracle import vjp_spec
from autograd_probes import applied, differentiate, ending_on_meta

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

pytestmark = task("vjp")


@visible
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    matrix = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], dtype=F64)
    x, v = torch.tensor([1.0, -1.0], dtype=F64), torch.tensor([1.0, 0.0, -2.0], dtype=F64)
    answer = student.run(applied, "vjp", [("matmul", matrix.T)], x, v)
    assert_close(answer, torch.tensor([-9.0, -10.0], dtype=F64))


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
    ):
        cases.append((program, rng.normal(*x_shape, dtype=F64), rng.normal(*y_shape, dtype=F64)))
    compare(ask(student, differentiate, "vjp", cases), [vjp_spec(*case) for case in cases])


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
    answers = ask(student, differentiate, "vjp", [plain, used, leaf])
    answers.append(student.run(differentiate, "vjp", *inner, inner=True))
    for answer, (program, x, v) in zip(answers, (plain, used, leaf, inner), strict=True):
        assert_close(answer["result"], vjp_spec(program, x, v))
        tensors = [part for step in program for part in step if isinstance(part, torch.Tensor)]
        check_untouched(answer, x, tensors, v)


@needs_value
@weight(2)
def test_special_functions_and_inputs(student: Student, rng: Rng) -> None:
    """Functions that ignore or return their argument, results without dimensions, views and float32 work.

    函数不用参数或直接返回参数、结果是零维、视图以及 float32，这些情形都能处理。
    """
    parameter = rng.normal(3, dtype=F64).requires_grad_()
    cases = [
        ([("same",)], rng.normal(2, 3, dtype=F64), rng.normal(2, 3, dtype=F64)),
        ([("square",), ("sum",)], rng.normal(4, dtype=F64), rng.normal(dtype=F64)),
        ([("exp",)], rng.normal(), rng.normal()),
        ([("sin",), ("sum", 0)], rng.normal(3, 4).T, rng.normal(6)[::2]),
        ([("zeros_like",), ("add", parameter)], rng.normal(3, dtype=F64), rng.normal(3, dtype=F64)),
        ([("zeros_like",), ("sum", 1)], rng.normal(2, 3, dtype=F64), rng.normal(2, dtype=F64)),
    ]
    compare(ask(student, differentiate, "vjp", cases), [vjp_spec(*case) for case in cases])
    on_meta = [torch.empty(*shape, device="meta") for shape in ((3, 2), (3,), (2,))]
    check_meta(student.run(ending_on_meta, "vjp", [("matmul", on_meta[0])], *on_meta[1:]))
