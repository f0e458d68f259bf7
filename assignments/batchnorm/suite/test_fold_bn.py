"""Folding batch normalisation into the convolution before it."""

from __future__ import annotations

import torch
from batchnorm_oracle import BUT_DEVICES, fold_spec, uneven, uneven_vector
from batchnorm_probes import answers, folded_convolution
from torch import Tensor
from torch.nn import functional

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, in_case, needs_value, task, visible, weight

pytestmark = task("fold_bn")


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right, with and without a bias of the convolution.

    题目中的例子结果正确，卷积有偏置和没有偏置时都对。
    """
    conv_w, conv_b = torch.tensor([2.0, 3.0]).reshape(2, 1, 1, 1), torch.tensor([1.0, 2.0])
    mean, var = torch.tensor([3.0, 0.0]), torch.tensor([3.0, 8.0])
    rest = (mean, var, torch.tensor([4.0, -3.0]), torch.tensor([1.0, 5.0]), 1.0)
    cases = [(conv_w, conv_b, *rest), (conv_w, None, *rest)]
    kernel = torch.tensor([4.0, -3.0]).reshape(2, 1, 1, 1)
    expected = [(kernel, torch.tensor([-3.0, 3.0])), (kernel, torch.tensor([-5.0, 5.0]))]
    assert_close(student.run(answers, "fold_bn", cases), expected, cases=cases)


@weight(4)
def test_kernel_and_bias(student: Student, rng: Rng) -> None:
    """Kernel and bias are right, also with as many output as input channels and with negative weights.

    卷积核和偏置都正确，输出通道与输入通道一样多、权重为负时也一样。
    """
    cases = [(*_case(rng, shape), 1e-3) for shape in ((5, 2, 3, 1), (3, 3, 2, 2), (2, 2, 2, 2), (1, 4, 1, 1))]
    cases += [_case(rng, (3, 2, 1, 2)), (*_case(rng, (2, 1, 2, 3)), 0.37)]
    assert_close(student.run(answers, "fold_bn", cases), [fold_spec(*case) for case in cases], cases=cases)


@weight(3)
def test_one_convolution_does_what_two_layers_did(student: Student, rng: Rng) -> None:
    """The folded convolution gives what the convolution and batch norm in evaluation mode gave, padding included.

    折叠后的卷积，与原来的卷积加上评估模式的批量规范化结果相同，有填充时也一样。
    """
    for number, (shape, stride, padding) in enumerate((((4, 3, 3, 2), 1, 1), ((3, 3, 2, 2), 2, 0)), 1):
        args = [*_case(rng, shape), 1e-3]
        conv_w, conv_b, mean, var, gamma, beta, eps = args
        x = rng.normal(2, shape[1], 5, 4, dtype=torch.float64)
        y = functional.conv2d(x, conv_w, conv_b, stride=stride, padding=padding)
        expected = functional.batch_norm(y, mean, var, gamma, beta, False, 0.0, eps)
        with in_case(number, 2, args):
            assert_close(student.run(folded_convolution, x, args, stride, padding), expected)


@needs_value
@weight(2)
def test_convolution_without_bias(student: Student, rng: Rng) -> None:
    """A convolution without bias gets one; variances of zero, `eps=0`, tiny and huge numbers and float32 are right.

    没有偏置的卷积会得到一个偏置；方差为零、`eps=0`、极小和极大的数以及 float32，结果都正确。
    """
    conv_w, _, *rest = _case(rng, (3, 2, 2, 2))
    vectors = [uneven_vector(rng, 4, shift) for shift in range(4)]
    var = torch.tensor([0.37, 0.0, 2e-5, 4e4], dtype=torch.float64)
    shared = uneven_vector(rng, 4)
    cases = [
        (conv_w, None, *rest, 0.013),
        (conv_w, None, *rest, 0.0),
        (uneven(rng, 4, 5, 1, 2), *vectors[:2], var, *vectors[2:], 1e-3),
        (uneven(rng, 4, 4, 2, 1), shared, shared, var, shared, shared, 0.37),
    ]
    found = student.run(answers, "fold_bn", cases)
    assert_close(found, [fold_spec(*case) for case in cases], cases=cases)
    coarse = (conv_w.float(), None, *(part.float() for part in rest), 1e-3)
    assert_close(student.run(answers, "fold_bn", [coarse]), [fold_spec(*coarse)], atol=2e-4, cases=[coarse])


@needs_value
@weight(1)
def test_promises(student: Student, rng: Rng) -> None:
    """The rules hold, with and without a bias: views, both precisions, the inputs' device, arguments that stay.

    无论有没有偏置，规则都满足：视图、两种精度、输入所在的设备、传入的张量保持原样。
    """
    conv_w, conv_b, mean, _, *affine = _case(rng, (2, 3, 1, 2))
    var = rng.uniform(2, low=0.5, high=2.0, dtype=torch.float64)
    for given, without in ((conv_b, ("gradients",)), (None, BUT_DEVICES)):
        args = [conv_w, given, mean, var, *affine, 1e-3]
        assert_keeps_promises(student, "fold_bn", fold_spec, args, rng=rng, without=without, atol=1e-5)


def _case(rng: Rng, shape: tuple[int, int, int, int]) -> tuple[Tensor, ...]:
    """Draws kernel, bias, both buffers, weight (of either sign) and bias of batch norm."""
    channels = shape[0]
    var = rng.uniform(channels, low=0.001, high=0.01, dtype=torch.float64)
    sizes = rng.uniform(channels, low=0.5, high=2.0, dtype=torch.float64)
    signs = torch.tensor([1.0, -1.0], dtype=torch.float64).repeat(channels)[:channels]
    vectors = [rng.normal(channels, dtype=torch.float64) for _ in range(3)]
    return rng.normal(*shape, dtype=torch.float64), vectors[0], vectors[1], var, sizes * signs, vectors[2]
