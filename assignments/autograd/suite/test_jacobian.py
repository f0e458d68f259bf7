"""Tests of `jacobian`: every partial derivative in its place, whatever the shapes."""

from __future__ import annotations

import torch
from autograd_checks import F64, ask, check_meta, check_untouched, compare
from autograd_oracle import jacobian_spec
from autograd_probes import applied, differentiate, ending_on_meta

from grader.suite import Rng, Student, assert_close, needs_value, require, task, visible, weight

pytestmark = task("jacobian")


@visible
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    x = torch.tensor([1.0, 2.0, 3.0], dtype=F64)
    answer = student.run(applied, "jacobian", [("square",), ("cumsum", 0)], x)
    expected = torch.tensor([[2.0, 0.0, 0.0], [2.0, 4.0, 0.0], [2.0, 4.0, 6.0]], dtype=F64)
    assert_close(answer, expected)


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
        ([("matmul", rng.normal(3, 2, dtype=F64)), ("add", 1e7)], (3,)),
    ):
        cases.append((program, rng.normal(*shape, dtype=F64)))
    compare(ask(student, differentiate, "jacobian", cases), [jacobian_spec(*case) for case in cases])


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
    answers = ask(student, differentiate, "jacobian", [plain, leaf])
    answers.append(student.run(differentiate, "jacobian", *inner, inner=True))
    for answer, (program, x) in zip(answers, (plain, leaf, inner), strict=True):
        assert_close(answer["result"], jacobian_spec(program, x))
        check_untouched(answer, x, [part for step in program for part in step if isinstance(part, torch.Tensor)])
        require(answer["calls"] == 1, "the function is not called exactly once", "函数没有恰好调用一次")


@needs_value
@weight(2)
def test_special_functions_and_inputs(student: Student, rng: Rng) -> None:
    """Outputs that ignore the argument, results without elements or dimensions, views and float32 work.

    输出不依赖参数、结果没有元素或是零维、视图以及 float32，这些情形都能处理。
    """
    parameter = rng.normal(3, dtype=F64).requires_grad_()
    cases = [
        ([("same",)], rng.normal(2, 3, dtype=F64)),
        ([("sin",)], rng.normal()),
        ([("matmul", rng.normal(3, 2)), ("exp",)], rng.normal(3, 4).T),
        ([("zeros_like",), ("add", parameter)], rng.normal(3, dtype=F64)),
        ([("zeros_like",), ("sum", 1)], rng.normal(2, 3, dtype=F64)),
        ([("square",), ("narrow", 0, 0, 0)], rng.normal(3, dtype=F64)),
    ]
    compare(ask(student, differentiate, "jacobian", cases), [jacobian_spec(*case) for case in cases])
    on_meta = [torch.empty(*shape, device="meta") for shape in ((3, 2), (3,))]
    check_meta(student.run(ending_on_meta, "jacobian", [("matmul", on_meta[0])], on_meta[1]))
