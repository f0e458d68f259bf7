"""The gradient of batch normalisation in training, in closed form."""

from __future__ import annotations

import torch
from batchnorm_oracle import SHAPES, backward_spec, tight
from batchnorm_probes import answers, careful_call, check_careful_call
from torch import Tensor

from grader.suite import Rng, Student, assert_close, needs_value, require, task, visible, weight

pytestmark = task("batch_norm_backward")


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    x = torch.tensor([[-1.0, 1.0], [1.0, 1.0], [-1.0, 5.0], [1.0, 5.0]])
    grad_out = torch.tensor([[1.0, 4.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    found = student.batch_norm_backward(grad_out, x, torch.tensor([2.0, 1.0]), eps=0.0)
    dx = torch.tensor([[1.0, 1.0], [0.0, -1.0], [-1.0, 0.0], [0.0, 0.0]])
    assert_close(found, (dx, torch.tensor([-1.0, -4.0]), torch.tensor([1.0, 4.0])))


@weight(5)
def test_gradients_of_input_weight_and_bias(student: Student, rng: Rng) -> None:
    """All three gradients are right for any upstream gradient, for tables, signals and images.

    对任意的上游梯度，三个梯度都正确，无论输入是表格、信号还是图像。
    """
    cases = [(*_case(rng, shape), 1e-3) for shape in SHAPES]
    found = student.run(answers, "batch_norm_backward", cases)
    assert_close(found, [backward_spec(*case) for case in cases])


@needs_value
@weight(3)
def test_shift_and_scale_of_the_input_have_no_gradient(student: Student, rng: Rng) -> None:
    """With a tiny eps, dx sums to zero over each channel, alone and multiplied by the input.

    `eps` 极小时，`dx` 在每个通道内的和为零，与输入相乘之后的和也为零。
    """
    cases = [(*_case(rng, shape), 1e-12) for shape in ((6, 3), (2, 3, 3, 3))]
    found = student.run(answers, "batch_norm_backward", cases)
    for answer, (grad_out, x, _, _) in zip(found, cases, strict=True):
        require(
            isinstance(answer, tuple) and len(answer) == 3,
            "the result is not a tuple of three tensors",
            "结果不是由三个张量组成的元组",
        )
        dims = [0, *range(2, x.ndim)]
        dx, _, dbias = answer
        assert_close(dx.shape, x.shape)
        assert_close(dbias, grad_out.sum(dims))
        nothing = torch.zeros(x.shape[1], dtype=x.dtype)
        assert_close(dx.sum(dims), nothing, atol=1e-8)
        assert_close((dx * (x - x.mean(dims, keepdim=True))).sum(dims), nothing, atol=1e-6)
    assert_close(found, [backward_spec(*case) for case in cases], atol=1e-8)


@needs_value
@weight(2)
def test_edges(student: Student, rng: Rng) -> None:
    """Channels without spread, zero weights, few values, views, float32 and the default eps come out right.

    值全部相等的通道、为零的权重、很少的值、视图、float32 以及默认的 `eps`，结果都正确。
    """
    grad_out, x, gamma = _case(rng, (4, 3))
    flat = x[:1].float().double().repeat(4, 1)
    cases = [(grad_out, flat, gamma, 1e-3), (grad_out, x, torch.zeros_like(gamma), 1e-3), (grad_out, x, gamma)]
    cases = [tuple(part.clone() if isinstance(part, Tensor) else part for part in case) for case in cases]
    cases += [(*_case(rng, (2, 4)), 0.1), (*_case(rng, (1, 3, 2)), 0.1), (*_case(rng, (3, 1, 2)), 0.1)]
    strided_grad, strided, gamma = _case(rng, (4, 5, 3))
    cases.append((strided_grad.transpose(1, 2), strided.transpose(1, 2), gamma[:3].clone(), 1e-3))
    assert_close(
        student.run(answers, "batch_norm_backward", cases), [backward_spec(*case) for case in cases], atol=1e-10
    )
    coarse = (*(part.float() for part in _case(rng, (3, 2, 2, 3))), 1e-3)
    found = student.run(answers, "batch_norm_backward", [coarse])
    assert_close(found, [backward_spec(*coarse)], rtol=1e-3, atol=2e-3)


@needs_value
@weight(1)
def test_arguments_stay_as_they_were(student: Student, rng: Rng) -> None:
    """No argument changes, so that expanded views work too, and everything happens on the input's device.

    传入的张量都没有改变，所以 expand 得到的视图也能处理；一切都在输入所在的设备上进行。
    """
    grad_out, x, gamma = _case(rng, (3, 2, 2))
    expanded = (grad_out[:, :, :1].expand(3, 2, 2), x[:1].expand(3, 2, 2))
    for args in ([grad_out, x, gamma, 1e-3], [*expanded, gamma, 1e-3]):
        outcome = student.run(careful_call, "batch_norm_backward", args)  # the second may raise where the first changes
        check_careful_call(outcome, args, backward_spec(*args))


def _case(rng: Rng, shape: tuple[int, ...]) -> tuple[Tensor, Tensor, Tensor]:
    gamma = rng.uniform(shape[1], low=0.5, high=2.0, dtype=torch.float64)
    return rng.normal(*shape, dtype=torch.float64), tight(rng, *shape), gamma
