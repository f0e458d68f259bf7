"""Tests of `standardize`: the axis, the place of eps, the variance, and numbers far from zero."""

from __future__ import annotations

import torch
from broadcasting_oracle import gradients_of, in_other_memory, standardize_spec
from broadcasting_probes import answers, check_gradients, gradients

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, in_case, needs_value, task, visible, weight

pytestmark = task("standardize")

_WITH_ONES = (((2, 3, 1), 1), ((3, 1, 2), 0), ((1, 3, 1, 2), 1), ((3, 2, 1, 1), -4), ((2, 1, 3, 1), 2), ((2, 1), 1))


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    x = torch.tensor([[1.0, 5.0], [5.0, 1.0]])
    assert_close(student.standardize(x, dim=1, eps=0.0), torch.tensor([[-1.0, 1.0], [1.0, -1.0]]))
    assert_close(student.standardize(x, dim=0, eps=5.0), torch.tensor([[-2.0, 2.0], [2.0, -2.0]]) / 3)
    assert_close(student.standardize(torch.tensor([[4.0, 4.0], [1.0, 1.0]]), dim=1), torch.zeros(2, 2))


@weight(4)
def test_every_dimension_follows_the_formula(student: Student, rng: Rng) -> None:
    """Values follow the formula along any dimension, in square inputs and for large and small eps.

    沿任何维度、对方阵输入、eps 或大或小，结果都符合公式。
    """
    square, block = rng.normal(4, 4, dtype=torch.float64), rng.normal(2, 3, 5, dtype=torch.float64)
    cases = [(square, dim, 0.5) for dim in (0, 1, -1)]
    cases += [(block, dim, 0.5) for dim in (0, 1, 2, -2)]
    cases += [(rng.normal(3, 3, 3), dim, 0.37) for dim in (0, 1, 2)]
    cases += [(rng.normal(4, 4, dtype=torch.float64), 1, 0.5)]  # the sizes of a case before, with other values
    expected = [standardize_spec(*case) for case in cases]
    assert_close(student.run(answers, "standardize", cases), expected, cases=cases)
    small = 0.004 * rng.normal(3, 6, dtype=torch.float64)
    assert_close(student.standardize(small, 1), standardize_spec(small, 1))


@needs_value
@weight(3)
def test_gradients_pass_through_mean_and_variance(student: Student, rng: Rng) -> None:
    """A random upstream gradient also flows through the mean and the variance.

    随机的上游梯度也经过均值和方差流回。
    """
    cases = [
        ([rng.normal(*shape, dtype=torch.float64)], rng.normal(*shape, dtype=torch.float64), [dim, 0.5])
        for shape, dim in (((4, 4), 1), ((2, 3, 4), 0), ((2, 3, 4), -2), ((3, 1), 0), ((3, 1), 1))
    ]
    cases[0][0][0][1] = 0.0  # the gradient of a constant slice is not zero
    expected = [gradients_of(standardize_spec, *case[:2], *case[2]) for case in cases]
    check_gradients(student.run(gradients, "standardize", cases), expected, cases)


@needs_value
@weight(2)
def test_constant_and_single_slices_and_large_offsets(student: Student, rng: Rng) -> None:
    """Constant slices, sizes of one, views, tiny and huge numbers work; float32 far from zero stays accurate.

    常数切片、大小为 1、视图、很小和很大的数都能处理；远离零的 float32 保持精度。
    """
    constant = rng.integers(-8, 9, 3, 1).to(torch.float32).expand(3, 4) / 2
    offset = 1e4 + 0.1 * torch.stack([rng.permutation(8) for _ in range(4)]) + 0.01 * rng.normal(4, 8)
    strided, single = rng.normal(5, 6).mT[::2], rng.normal(1, 7)
    cases = [(constant, 1, 1e-5), (single, 0, 0.5), (single[0], 0, 0.5), (strided, 1, 0.5)]
    cases += [(in_other_memory(rng.normal(2, 3, 4)), 0, 0.37), (rng.spread(5, 7, dtype=torch.float64), 0, 0.13)]
    cases += [(rng.normal(*shape, dtype=torch.float64), dim, 0.13) for shape, dim in _WITH_ONES]
    cases.append((offset, 1))
    *found, far = student.run(answers, "standardize", cases)
    expected = [torch.zeros(3, 4), torch.zeros(1, 7), *(standardize_spec(*case) for case in cases[2:-1])]
    for number, (got, want) in enumerate(zip(found, expected, strict=True), 1):
        with in_case(number, len(cases), cases[number - 1]):
            assert_close(got, want)
    accurate = standardize_spec(offset.to(torch.float64), 1).to(torch.float32)
    with in_case(len(cases), len(cases), cases[-1]):
        assert_close(far, accurate, rtol=0.0, atol=0.03)


@needs_value
@weight(2)
def test_rules_hold(student: Student, rng: Rng) -> None:
    """The rules hold: views, dtypes and devices, unchanged arguments and settings, gradients.

    遵守题目的规则：视图、dtype 与设备，参数和设置保持不变，梯度。
    """
    assert_keeps_promises(student, "standardize", standardize_spec, (rng.normal(2, 3, 1, 2), 1, 0.5), rng=rng)
