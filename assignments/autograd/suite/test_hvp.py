"""Tests of `hvp`: products of the Hessian matrix with a vector, and what the call leaves behind."""

from __future__ import annotations

import torch
from autograd_checks import F64, ask, check_meta, check_untouched, compare
from autograd_oracle import hvp_spec
from autograd_probes import applied, differentiate, ending_on_meta

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

pytestmark = task("hvp")


@visible
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    matrix = torch.tensor([[1.0, 2.0], [0.0, 3.0]], dtype=F64)
    x, v = torch.tensor([5.0, -4.0], dtype=F64), torch.tensor([1.0, 10.0], dtype=F64)
    answer = student.run(applied, "hvp", [("quadratic", matrix)], x, v)
    assert_close(answer, torch.tensor([22.0, 62.0], dtype=F64))


@weight(4)
def test_products_for_many_functions(student: Student, rng: Rng) -> None:
    """The product is that of the whole Hessian matrix, for quadratic and other functions, vectors and matrices.

    对二次函数和其他函数、对向量和矩阵，结果都是整个 Hessian 矩阵与 v 的乘积。
    """
    cases = []
    for program, shape in (
        ([("quadratic", rng.normal(4, 4, dtype=F64))], (4,)),
        ([("pow", 3), ("sum",)], (3,)),
        ([("logsumexp", (0, 1))], (2, 3)),
        ([("matmul", rng.normal(3, 2, dtype=F64)), ("sin",), ("prod",)], (2, 3)),
        ([("signed_square",), ("logsumexp", 0)], (4,)),
        ([("add", 1e6), ("quadratic", rng.normal(3, 3, dtype=F64))], (3,)),
    ):
        cases.append((program, rng.normal(*shape, dtype=F64), rng.normal(*shape, dtype=F64)))
    compare(ask(student, differentiate, "hvp", cases), [hvp_spec(*case) for case in cases])


@needs_value
@weight(3)
def test_call_leaves_no_traces(student: Student, rng: Rng) -> None:
    """The result is detached, and neither `.grad` nor `requires_grad` of any tensor of the caller has changed.

    结果不连着计算图，调用者的任何张量的 `.grad` 和 `requires_grad` 都没有改变。
    """
    weights = rng.normal(3, 4, dtype=F64).requires_grad_()
    shape = {"plain": (3,), "leaf": (3,), "inner": (2, 3)}
    x = {name: rng.normal(*size, dtype=F64) for name, size in shape.items()}
    v = {name: rng.normal(*size, dtype=F64) for name, size in shape.items()}
    plain = ([("exp",), ("cumsum", 0), ("prod",)], x["plain"], v["plain"])
    leaf = ([("matmul", weights), ("tanh",), ("sum",)], x["leaf"].requires_grad_(), v["leaf"])
    inner = ([("logsumexp", (0, 1))], x["inner"].requires_grad_(), v["inner"])
    answers = ask(student, differentiate, "hvp", [plain, leaf])
    answers.append(student.run(differentiate, "hvp", *inner, inner=True))
    for answer, (program, point, vector) in zip(answers, (plain, leaf, inner), strict=True):
        assert_close(answer["result"], hvp_spec(program, point, vector))
        tensors = [part for step in program for part in step if isinstance(part, torch.Tensor)]
        check_untouched(answer, point, tensors, vector)


@needs_value
@weight(2)
def test_special_functions_and_inputs(student: Student, rng: Rng) -> None:
    """Linear and constant functions have the Hessian zero; points without dimensions, views and float32 work.

    线性函数和常数函数的 Hessian 矩阵为零；零维的 x、视图和 float32 都能处理。
    """
    parameter = rng.normal(3, dtype=F64).requires_grad_()
    scale = rng.normal(dtype=F64).requires_grad_()
    cases = [
        ([("exp",)], rng.normal(), rng.normal()),
        ([("sin",), ("cumsum", 0), ("logsumexp", (0, 1))], rng.normal(3, 4).T, rng.normal(4, 6)[:, ::2]),
        ([("exp",), ("sum",)], rng.normal(3, dtype=F64), torch.zeros(3, dtype=F64, device=student.device)),
        ([("mul", parameter), ("sum",)], rng.normal(3, dtype=F64), rng.normal(3, dtype=F64)),
        ([("sum",)], rng.normal(2, 3, dtype=F64), rng.normal(2, 3, dtype=F64)),
        ([("zeros_like",), ("sum",), ("add", scale)], rng.normal(3, dtype=F64), rng.normal(3, dtype=F64)),
        ([("zeros_like",), ("sum",)], rng.normal(3, dtype=F64), rng.normal(3, dtype=F64)),
    ]
    compare(ask(student, differentiate, "hvp", cases), [hvp_spec(*case) for case in cases])
    on_meta = [torch.empty(*shape, device="meta") for shape in ((3, 2), (3,), (3,))]
    check_meta(student.run(ending_on_meta, "hvp", [("matmul", on_meta[0]), ("exp",), ("sum",)], *on_meta[1:]))
