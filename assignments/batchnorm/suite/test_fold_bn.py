"""Folding batch normalisation into the convolution before it."""

from __future__ import annotations

from typing import Any

import torch
from batchnorm_oracle import fold_spec
from batchnorm_probes import answers, careful_call, check_careful_call, folded_convolution
from torch import Tensor
from torch.nn import functional

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

pytestmark = task("fold_bn")


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    conv_w, conv_b = torch.tensor([2.0, 3.0]).reshape(2, 1, 1, 1), torch.tensor([1.0, 2.0])
    mean, var = torch.tensor([3.0, 0.0]), torch.tensor([3.0, 8.0])
    found = student.fold_bn(conv_w, conv_b, mean, var, torch.tensor([4.0, -3.0]), torch.tensor([1.0, 5.0]), eps=1.0)
    assert_close(found, (torch.tensor([4.0, -3.0]).reshape(2, 1, 1, 1), torch.tensor([-3.0, 3.0])))


@weight(4)
def test_kernel_and_bias(student: Student, rng: Rng) -> None:
    """Kernel and bias are right, also with as many output as input channels and with negative weights.

    卷积核和偏置都正确，输出通道与输入通道一样多、权重为负时也一样。
    """
    cases = [(*_case(rng, shape), 1e-3) for shape in ((5, 2, 3, 1), (3, 3, 2, 2), (2, 2, 2, 2), (1, 4, 1, 1))]
    cases.append(_case(rng, (3, 2, 1, 2)))
    assert_close(student.run(answers, "fold_bn", cases), [fold_spec(*case) for case in cases])


@weight(3)
def test_one_convolution_does_what_two_layers_did(student: Student, rng: Rng) -> None:
    """The folded convolution gives what the convolution and batch norm in evaluation mode gave, padding included.

    折叠后的卷积，与原来的卷积加上评估模式的批量规范化结果相同，有填充时也一样。
    """
    for shape, stride, padding in (((4, 3, 3, 2), 1, 1), ((3, 3, 2, 2), 2, 0)):
        args = [*_case(rng, shape), 1e-3]
        conv_w, conv_b, mean, var, gamma, beta, eps = args
        x = rng.normal(2, shape[1], 5, 4, dtype=torch.float64)
        y = functional.conv2d(x, conv_w, conv_b, stride=stride, padding=padding)
        expected = functional.batch_norm(y, mean, var, gamma, beta, False, 0.0, eps)
        assert_close(student.run(folded_convolution, x, args, stride, padding), expected)


@needs_value
@weight(2)
def test_convolution_without_bias(student: Student, rng: Rng) -> None:
    """A convolution without bias gets one, on the input's device, float32 stays float32, and no argument changes.

    没有偏置的卷积会得到一个偏置，它在输入所在的设备上；float32 仍是 float32；传入的张量都没有改变。
    """
    conv_w, _, *rest = _case(rng, (3, 2, 2, 2))
    fine = (conv_w, None, *rest, 1e-3)
    coarse = (conv_w.float(), None, *(part.float() for part in rest), 1e-3)
    found = student.run(answers, "fold_bn", [fine, coarse])
    assert_close(found[:1], [fold_spec(*fine)])
    assert_close(found[1:], [fold_spec(*coarse)], atol=2e-4)
    args: list[Any] = [*_case(rng, (2, 3, 1, 2)), 1e-3]
    calls = [args, [args[0], None, *args[2:]]]
    outcomes = [student.run(careful_call, "fold_bn", call) for call in calls]
    for outcome, call in zip(outcomes, calls, strict=True):
        check_careful_call(outcome, call, fold_spec(*call))


def _case(rng: Rng, shape: tuple[int, int, int, int]) -> tuple[Tensor, ...]:
    """Draws kernel, bias, both buffers, weight (of either sign) and bias of batch norm."""
    channels = shape[0]
    var = rng.uniform(channels, low=0.001, high=0.01, dtype=torch.float64)
    sizes = rng.uniform(channels, low=0.5, high=2.0, dtype=torch.float64)
    signs = torch.tensor([1.0, -1.0], dtype=torch.float64).repeat(channels)[:channels]
    vectors = [rng.normal(channels, dtype=torch.float64) for _ in range(3)]
    return rng.normal(*shape, dtype=torch.float64), vectors[0], vectors[1], var, sizes * signs, vectors[2]
