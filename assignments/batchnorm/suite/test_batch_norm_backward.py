"""The gradient of batch normalisation in training, in closed form."""

from __future__ import annotations

from typing import Any

import torch
from batchnorm_oracle import SHAPES, SINGLES, backward_spec, tight, uneven, uneven_vector
from batchnorm_probes import answers, are_close
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

pytestmark = task("batch_norm_backward")


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    x = torch.tensor([[-1.0, 1.0], [1.0, 1.0], [-1.0, 5.0], [1.0, 5.0]])
    grad_out = torch.tensor([[1.0, 4.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    flat, upstream = torch.tensor([[3.0], [3.0]]), torch.tensor([[1.0], [3.0]])
    cases = [(grad_out, x, torch.tensor([2.0, 1.0]), 0.0), (upstream, flat, torch.tensor([2.0]), 1.0)]
    dx = torch.tensor([[1.0, 1.0], [0.0, -1.0], [-1.0, 0.0], [0.0, 0.0]])
    expected = [
        (dx, torch.tensor([-1.0, -4.0]), torch.tensor([1.0, 4.0])),
        (torch.tensor([[-2.0], [2.0]]), torch.tensor([0.0]), torch.tensor([4.0])),
    ]
    assert_close(student.run(answers, "batch_norm_backward", cases), expected, cases=cases)


@weight(5)
def test_gradients_of_input_weight_and_bias(student: Student, rng: Rng) -> None:
    """All three gradients are right for any upstream gradient, for tables, signals and images.

    对任意的上游梯度，三个梯度都正确，无论输入是表格、信号还是图像。
    """
    cases = [(*_case(rng, shape), 1e-3) for shape in (*SHAPES, *SINGLES)]
    found = student.run(answers, "batch_norm_backward", cases)
    assert_close(found, [backward_spec(*case) for case in cases], cases=cases)


@needs_value
@weight(3)
def test_shift_and_scale_of_the_input_have_no_gradient(student: Student, rng: Rng) -> None:
    """With a tiny eps, dx sums to zero over each channel, alone and multiplied by the input.

    `eps` 极小时，`dx` 在每个通道内的和为零，与输入相乘之后的和也为零。
    """
    cases = [(*_case(rng, shape), 1e-12) for shape in ((6, 3), (2, 3, 3, 3))]
    found = student.run(answers, "batch_norm_backward", cases)
    for number, (answer, case) in enumerate(zip(found, cases, strict=True), 1):
        with in_case(number, len(cases), case):
            _check_sums(answer, *case[:2])
            assert_close(answer, backward_spec(*case), atol=1e-8)


@needs_value
@weight(2)
def test_edges(student: Student, rng: Rng) -> None:
    """Channels without spread, zero weights, few, tiny or huge values, float32 and the default eps come out right.

    值全部相等的通道、为零的权重、很少的值、极小或极大的数、float32 以及默认的 `eps`，结果都正确。
    """
    grad_out, x, gamma = _case(rng, (4, 3))
    flat = x[:1].float().double().repeat(4, 1)
    cases = [(grad_out, flat, gamma, 1e-3), (grad_out, x, torch.zeros_like(gamma), 1e-3), (grad_out, x, gamma)]
    cases += [(*_case(rng, (2, 4)), 0.37), (*_case(rng, (1, 3, 2)), 0.013), (*_case(rng, (3, 1, 2)), 0.1)]
    same = rng.normal(4, 3, dtype=torch.float64)
    cases += [(same, same, -gamma, 0.37), (uneven(rng, 3, 5, 2), uneven(rng, 3, 5, 2), uneven_vector(rng, 5, 1), 0.37)]
    found = student.run(answers, "batch_norm_backward", cases)
    assert_close(found, [backward_spec(*case) for case in cases], atol=1e-10, cases=cases)
    coarse = (*(part.float() for part in _case(rng, (3, 2, 2, 3))), 1e-3)
    found = student.run(answers, "batch_norm_backward", [coarse])
    assert_close(found, [backward_spec(*coarse)], rtol=1e-3, atol=2e-3, cases=[coarse])


@needs_value
@weight(1)
def test_promises(student: Student, rng: Rng) -> None:
    """The rules hold: views, both precisions, the inputs' device, and no argument that changes.

    规则都满足：视图、两种精度、输入所在的设备，传入的张量都没有改变。
    """
    gamma = rng.uniform(2, low=0.5, high=2.0, dtype=torch.float64)
    shape = (3, 2, 2, 1, 2)
    args = [rng.normal(*shape, dtype=torch.float64), rng.normal(*shape, dtype=torch.float64), gamma, 1e-3]
    assert_keeps_promises(
        student, "batch_norm_backward", backward_spec, args, rng=rng, without=("gradients",), atol=1e-5
    )
    grad_out, x, gamma = _case(rng, (3, 2, 2))
    case = (grad_out[:, :, :1].expand(3, 2, 2), x[:1].expand(3, 2, 2), gamma, 1e-3)  # may raise where one is changed
    assert_close(student.run(answers, "batch_norm_backward", [case]), [backward_spec(*case)], cases=[case])


def _check_sums(answer: Any, grad_out: Tensor, x: Tensor) -> None:
    """Looks whether dx has no part that shifts or stretches the input."""
    is_triple = isinstance(answer, tuple) and len(answer) == 3
    require(is_triple, "the result is not a tuple of three tensors", "结果不是由三个张量组成的元组")
    dims = [0, *range(2, x.ndim)]
    dx, _, dbias = answer
    has_shapes = isinstance(dx, Tensor) and dx.shape == x.shape
    require(has_shapes, "dx does not have the shape of the input", "`dx` 的形状与输入不同")
    require(are_close(dbias, grad_out.sum(dims)), "dbias is wrong", "`dbias` 不对")
    nothing = torch.zeros(x.shape[1], dtype=x.dtype)
    is_level = are_close(dx.sum(dims), nothing, atol=1e-8)
    require(is_level, "dx does not sum to zero over each channel", "`dx` 在每个通道内的和不为零")
    is_level = are_close((dx * (x - x.mean(dims, keepdim=True))).sum(dims), nothing, atol=1e-6)
    require(is_level, "dx times the input does not sum to zero over each channel", "`dx` 与输入相乘之后的和不为零")


def _case(rng: Rng, shape: tuple[int, ...]) -> tuple[Tensor, Tensor, Tensor]:
    gamma = rng.uniform(shape[1], low=0.5, high=2.0, dtype=torch.float64)
    return rng.normal(*shape, dtype=torch.float64), tight(rng, *shape), gamma
