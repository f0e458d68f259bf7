"""Tests of `hvp`: products of the Hessian matrix with a vector, and what the call leaves behind."""

from __future__ import annotations

import torch
from autograd_checks import F64, ask, check_untouched, compare, tensors_in
from autograd_oracle import hvp_spec
from autograd_probes import applied, hvps

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, in_case, needs_value, task, visible, weight

pytestmark = task("hvp")


@visible
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    matrix = torch.tensor([[1.0, 2.0], [0.0, 3.0]], dtype=F64)
    x, v = torch.tensor([5.0, -4.0], dtype=F64), torch.tensor([1.0, 10.0], dtype=F64)
    answer = student.run(applied, "hvp", [("quadratic", matrix)], x, v)
    assert_close(answer, torch.tensor([22.0, 62.0], dtype=F64))
    assert_close(student.run(applied, "hvp", [("sum",)], x, v), torch.tensor([0.0, 0.0], dtype=F64))


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
        ([("transpose", 0, 1), ("matmul", rng.normal(2, 2, dtype=F64)), ("exp",), ("sum",)], (2, 3)),
        ([("broadcast_to", (2, 3)), ("sin",), ("prod",)], (3,)),
        ([("pow", 4), ("sum",)], (3,)),  # the sizes of a case before, with another function
    ):
        cases.append((program, rng.normal(*shape, dtype=F64), rng.normal(*shape, dtype=F64)))
    compare(ask(student, "hvp", cases), [hvp_spec(*case) for case in cases], cases)


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
    own = ([("own", rng.normal(dtype=F64).requires_grad_())], rng.normal(3, dtype=F64), rng.normal(3, dtype=F64))
    cases = [plain, leaf, inner, own]
    answers = ask(student, "hvp", [plain, leaf, (*inner, True), own])
    compare(answers, [hvp_spec(*case) for case in cases], cases)
    for number, (answer, (program, point, vector)) in enumerate(zip(answers, cases, strict=True), 1):
        with in_case(number, len(cases), cases[number - 1]):
            check_untouched(answer, point, tensors_in(program), vector)


@needs_value
@weight(2)
def test_special_functions_and_inputs(student: Student, rng: Rng) -> None:
    """Linear and constant functions have the Hessian zero; any shape, views, float32, tiny and huge numbers work.

    线性函数和常数函数的 Hessian 矩阵为零；各种形状、视图、float32、很小和很大的数都能处理。
    """
    parameter = rng.normal(3, dtype=F64).requires_grad_()
    scale = rng.normal(dtype=F64).requires_grad_()
    cases = [
        ([("exp",)], rng.normal(), rng.normal()),
        ([("sin",), ("cumsum", 0), ("logsumexp", (0, 1))], rng.normal(3, 4).T, rng.normal(6, 4)[::2].T),
        ([("exp",), ("sum",)], rng.normal(3, dtype=F64), torch.zeros(3, dtype=F64, device=student.device)),
        ([("mul", parameter), ("sum",)], rng.normal(3, dtype=F64), rng.normal(3, dtype=F64)),
        ([("sum",)], rng.normal(2, 3, dtype=F64), rng.normal(2, 3, dtype=F64)),
        ([("zeros_like",), ("sum",), ("add", scale)], rng.normal(3, dtype=F64), rng.normal(3, dtype=F64)),
        ([("zeros_like",), ("sum",)], rng.normal(3, dtype=F64), rng.normal(3, dtype=F64)),
        ([("pow", 3), ("sum",)], rng.spread(2, 5, dtype=F64), rng.spread(2, 5, dtype=F64)),
        ([("exp",), ("sum",)], rng.normal(0, 3, dtype=F64), rng.normal(0, 3, dtype=F64)),
        ([("logsumexp", (0, 1))], rng.normal(3, 1, dtype=F64), rng.normal(3, 1, dtype=F64)),
        ([("logsumexp", (0, 1))], rng.normal(1, 3, dtype=F64), rng.normal(1, 3, dtype=F64)),
        ([("sin",), ("prod",)], rng.normal(2, 2, dtype=F64), rng.normal(2, 2, dtype=F64)),
    ]
    x = rng.normal(4, dtype=F64)
    cases.append(([("logsumexp", 0)], x, x))
    compare(ask(student, "hvp", cases), [hvp_spec(*case) for case in cases], cases)


@needs_value
@weight(2)
def test_rules_hold(student: Student, rng: Rng) -> None:
    """The rules hold for functions that use x and that do not: views, dtypes, devices, unchanged arguments.

    无论函数是否用到 x，都遵守规则：视图、dtype、设备，参数保持不变。
    """

    def spec(weights: torch.Tensor, x: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        program = [("matmul", weights), ("tanh",), ("sum",)]
        return torch.stack([hvp_spec(program, x, v), torch.zeros_like(x), torch.zeros_like(x)])

    args = 0.3 * rng.normal(3, 4), rng.normal(3), rng.normal(3)
    assert_keeps_promises(student, hvps, spec, args, rng=rng, without=("gradients", "gradients off"))
