"""Tests of `chain_grads`: the gradients of all intermediate results of a chain of functions."""

from __future__ import annotations

from typing import Any

import torch
from autograd_checks import F64
from autograd_oracle import Program, chain_spec
from autograd_probes import chain_of_three, chained

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

pytestmark = task("chain_grads")


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    x = torch.tensor([1.0, 2.0], dtype=F64)
    cases = [([("square",), ("mul", 3.0), ("square",)], x), ([], x)]
    answer, empty = (found["answer"] for found in student.run(chained, cases))
    gradients = [[18.0, 72.0], [6.0, 24.0], [1.0, 1.0]]
    assert_close(
        answer,
        (torch.tensor([36.0, 288.0], dtype=F64), [torch.tensor(gradient, dtype=F64) for gradient in gradients]),
    )
    assert_close(empty, (torch.tensor([1.0, 1.0], dtype=F64), []))


@weight(4)
def test_gradients_of_every_step(student: Student, rng: Rng) -> None:
    """The gradient of x and those of all intermediate results come in order, each with its own shape.

    x 的梯度和所有中间结果的梯度依次给出，形状各与对应的张量相同。
    """
    cases: list[tuple[Program, torch.Tensor]] = [
        ([("tanh",), ("mul", rng.normal(3, dtype=F64)), ("exp",)], rng.normal(3, dtype=F64)),
        (
            [("matmul", rng.normal(3, 4, dtype=F64)), ("sin",), ("matmul", rng.normal(4, 2, dtype=F64)), ("square",)],
            rng.normal(2, 3, dtype=F64),
        ),
        ([("sin",), ("cumsum", 0), ("exp",), ("logsumexp", 0)], rng.normal(4, dtype=F64)),
        ([("exp",)], rng.normal(2, 2, dtype=F64)),
        ([("sin",), ("sin",), ("exp",), ("sin",)], rng.normal(3, dtype=F64)),
        ([("exp",), ("mul", rng.normal(3, dtype=F64)), ("tanh",)], rng.normal(3, dtype=F64)),  # sizes of a case before
    ]
    _compare(student, cases)


@needs_value
@weight(3)
def test_call_leaves_no_traces(student: Student, rng: Rng) -> None:
    """The gradients are right for an x with and without `requires_grad`, are detached, and leave no traces on tensors.

    无论 x 是否需要梯度（`requires_grad`），梯度都正确且不连着计算图，也不在任何张量上留下痕迹。
    """
    factor = rng.normal(3, dtype=F64).requires_grad_()
    program: Program = [("exp",), ("mul", factor), ("sin",)]
    points = [rng.normal(3, dtype=F64), rng.normal(3, dtype=F64).requires_grad_()]
    answers = _compare(student, [(program, x) for x in points])
    for answer, x in zip(answers, points, strict=True):
        first, rest = answer["answer"]
        require(
            not any(part.requires_grad for part in [first, *rest]),
            "a gradient is still attached to a graph",
            "某个梯度仍连在计算图上",
        )
        require(
            answer["same_requires_grad"] is True, "the `requires_grad` of x has changed", "x 的 `requires_grad` 改变了"
        )
        before = torch.full_like(x, 7.0).detach() if x.requires_grad else None
        require(
            answer["grad"] is None if before is None else torch.equal(answer["grad"], before),
            "the call has changed the `.grad` of x",
            "这次调用改变了 x 的 `.grad`",
        )
        require(torch.equal(answer["x"], x.detach()), "the call has changed the values of x", "这次调用改变了 x 的数值")
        require(
            answer["same_functions"] is True,
            "the call has changed the sequence of functions, or a tensor that they use",
            "这次调用改变了函数序列，或函数用到的某个张量",
        )
        (grad,) = answer["grads_of_functions"]
        require(
            isinstance(grad, torch.Tensor) and torch.equal(grad, torch.full_like(factor, 7.0).detach()),
            "the call has changed the `.grad` of a tensor that a function uses",
            "这次调用改变了函数用到的某个张量的 `.grad`",
        )


@needs_value
@weight(2)
def test_special_chains(student: Student, rng: Rng) -> None:
    """No functions, functions that return their argument or a view of it, tuples, any shape and float32 work.

    没有函数、函数返回参数本身或它的视图、元组、各种形状、float32，这些情形都能处理。
    """
    cases: list[tuple[Program, torch.Tensor]] = [
        ([], rng.normal(2, 3, dtype=F64)),
        ([("same",), ("exp",), ("same",)], rng.normal(3, dtype=F64)),
        ([("transpose", 0, 1), ("sin",), ("flatten",), ("narrow", 0, 1, 3)], rng.normal(2, 3, dtype=F64)),
        ([("unsqueeze", 0), ("exp",), ("sum",)], rng.normal(6)[::2]),
        ([("sin",)], rng.normal()),
        ([("square",), ("mul", rng.normal(2, 5, dtype=F64))], rng.spread(2, 5, dtype=F64)),
        ([("exp",), ("sum", 0)], rng.normal(0, 3, dtype=F64)),
        ([("exp",), ("broadcast_to", (2, 3)), ("square",)], rng.normal(1, 3, dtype=F64)),
        ([("sin",), ("cumsum", 0)], rng.normal(3, 1, dtype=F64)),
    ]
    _compare(student, cases)
    _compare(student, cases[1:4], in_tuple=True)


@needs_value
@weight(1)
def test_rules_hold(student: Student, rng: Rng) -> None:
    """The rules hold: views, dtypes, devices, unchanged arguments.

    遵守规则：视图、dtype、设备，参数保持不变。
    """

    def spec(weights: torch.Tensor, x: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        return chain_spec([("tanh",), ("matmul", weights), ("sum",)], x)

    args = 0.5 * rng.normal(3, 4), rng.normal(2, 3)
    assert_keeps_promises(student, chain_of_three, spec, args, rng=rng, without=("gradients", "gradients off"))


def _compare(
    student: Student, cases: list[tuple[Program, torch.Tensor]], *, in_tuple: bool = False
) -> list[dict[str, Any]]:
    """Compares what each chain gave at first, then what it gave when asked again."""
    answers = student.run(chained, [(*case, in_tuple) for case in cases])
    for number, (answer, case) in enumerate(zip(answers, cases, strict=True), 1):
        with in_case(number, len(cases), case[1]):
            expected = chain_spec(*case)
            assert_close(answer["answer"], expected)
            assert_close(answer["again"], expected)
            if in_tuple:
                assert_close(answer["halved"], chain_spec(case[0], 0.5 * case[1]))
    return list(answers)
