"""Tests of `conv2d`: channels and bias, the geometry of both axes, gradients, and a batch of ordinary size."""

from __future__ import annotations

from typing import Any

import torch
from conv_shapes_oracle import conv2d_spec, gradients_of
from conv_shapes_probes import answers, answers_from_one_buffer, check_gradients, gradients
from torch import Tensor

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("conv2d")

Shape = tuple[int, int, int, int]


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    x = torch.arange(9.0).reshape(3, 3)
    k = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    found = student.conv2d(torch.stack([x, x + 1])[None], torch.stack([k, k + 1])[None], torch.tensor([100.0]))
    assert_close(found, torch.tensor([[[[156.0, 172.0], [204.0, 220.0]]]]))
    small, diagonal = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]), torch.tensor([[[[1.0, 0.0], [0.0, 10.0]]]])
    found = student.conv2d(small, diagonal, stride=(2, 2), padding=(1, 1))
    assert_close(found, torch.tensor([[[[10.0, 0.0], [0.0, 4.0]]]]))
    found = student.conv2d(small, torch.tensor([[[[10.0]]]]), torch.zeros(1), (1, 2), (1, 0))
    assert_close(found, torch.tensor([[[[0.0], [10.0], [30.0], [0.0]]]]))


@weight(4)
def test_channels_and_bias(student: Student, rng: Rng) -> None:
    """Every output channel sums over all input channels and adds its own bias, also where sizes are equal.

    每个输出通道对所有输入通道求和，再加上自己的偏置，各个大小相等时也一样。
    """
    equal = [
        _layer(rng, (3, 3, 4, 4), (3, 3, 2, 2)),
        _layer(rng, (1, 2, 3, 3), (2, 2, 2, 2)),
        _layer(rng, (2, 2, 3, 3), (2, 2, 2, 2), torch.float32),
    ]
    different = [
        _layer(rng, (2, 3, 4, 5), (4, 3, 2, 3)),
        _layer(rng, (3, 1, 5, 4), (2, 1, 1, 1)),
        _layer(rng, (2, 4, 3, 3), (1, 4, 3, 2), torch.float32),
        _layer(rng, (1, 2, 4, 6), (5, 2, 3, 1))[:2],
    ]
    x, weights, bias = _layer(rng, (2, 2, 3, 4), (3, 2, 2, 2))
    scaled = [
        (x * 5e4, weights * 2e-5, bias * 0),
        (x * 2e-5, weights * 1e-3, bias * 2e-5),
        (x * 1e-3, weights * 5e4, bias * 5e4),
        (x * 0, weights, bias),
        (x, weights * 0, torch.stack([bias, bias], dim=1)[:, 1]),
    ]
    groups = (equal, different, scaled)
    found = [answer for cases in groups for answer in student.run(answers, "conv2d", cases)]
    cases = [case for cases in groups for case in cases]
    assert_close(found, [conv2d_spec(*case) for case in cases], cases=cases)
    again = [_layer(rng, (2, 2, 3, 4), (3, 2, 2, 2)) for _ in range(2)]
    found = student.run(answers_from_one_buffer, "conv2d", again)
    assert_close(found, [conv2d_spec(*case) for case in again], cases=again)


@weight(5)
def test_stride_padding_and_dilation_of_both_axes(student: Student, rng: Rng) -> None:
    """Height and width each have their own stride, padding with zeros, and dilation.

    高和宽各有自己的步幅、用零进行的填充和空洞率。
    """
    x, weights, _ = _layer(rng, (1, 2, 7, 7), (2, 2, 2, 2))
    same = [
        (x, weights, None, (2, 2), (0, 0), (1, 1)),
        (x, weights, None, (1, 1), (1, 1), (1, 1)),
        (x, weights, None, (1, 1), (0, 0), (2, 2)),
        (x, weights, None, (3, 3), (2, 2), (2, 2)),
    ]
    x, weights, bias = _layer(rng, (2, 2, 8, 9), (3, 2, 3, 2))
    own = [
        (x, weights, bias, (1, 2), (0, 0), (1, 1)),
        (x, weights, bias, (3, 1), (0, 0), (1, 1)),
        (x, weights, None, (1, 1), (1, 0), (1, 1)),
        (x, weights, bias, (1, 1), (1, 3), (1, 1)),
        (x, weights, None, (1, 1), (0, 0), (1, 3)),
        (x, weights, bias, (1, 1), (0, 0), (2, 1)),
    ]
    mixed = [(x, weights, bias, *_pairs(rng)) for _ in range(4)]
    found = [answer for cases in (same, own, mixed) for answer in student.run(answers, "conv2d", cases)]
    cases = [*same, *own, *mixed]
    assert_close(found, [conv2d_spec(*case) for case in cases], cases=cases)


@needs_value
@weight(4)
def test_gradients_reach_image_weight_and_bias(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to the image, the weight and the bias, also where these are zero.

    随机的上游梯度能流回图像、卷积核和偏置，它们为零时也一样。
    """
    cases = []
    for shape, weight_shape, rest, factors in (
        ((2, 2, 4, 3), (2, 2, 2, 2), [(1, 1), (0, 0), (1, 1)], (1, 1, 1)),
        ((2, 3, 4, 5), (2, 3, 2, 3), [(2, 1), (1, 2), (1, 2)], (1, 1, 0)),
        ((2, 2, 4, 3), (2, 2, 2, 2), [(1, 1), (0, 0), (1, 1)], (0, 1, 0)),
        ((1, 1, 4, 3), (1, 1, 1, 1), [(1, 2), (2, 1), (3, 2)], (1, 0, 0)),
    ):
        inputs = [value * factor for value, factor in zip(_layer(rng, shape, weight_shape), factors, strict=True)]
        *outer, height, width = conv2d_spec(*inputs, *rest).shape
        cotangent = rng.normal(*outer, width, height, dtype=torch.float64).mT
        cases.append((inputs, cotangent, rest))
    expected = [gradients_of(conv2d_spec, inputs, cotangent, *rest) for inputs, cotangent, rest in cases]
    check_gradients(student.run(gradients, "conv2d", cases), expected, cases)


@needs_value
@weight(2)
def test_single_outputs_views_and_wide_steps(student: Student, rng: Rng) -> None:
    """Kernels of one tap, row or column, single pixels and outputs, wide steps and views go with every option.

    只有一个点、一行或一列的卷积核，单个像素，单个输出，很大的步幅以及视图，都能与每个选项一起使用。
    """
    x, weights, bias = _layer(rng, (4, 3, 5, 6), (3, 4, 2, 2))
    turned, swapped = x.permute(1, 0, 3, 2), weights.mT
    cases: list[tuple[Any, ...]] = [
        (turned, swapped, bias, (2, 1), (1, 0)),
        (turned[:, :, ::2], swapped, None, (1, 3)),
        (*_layer(rng, (2, 3, 3, 4), (3, 3, 3, 4)),),
        (*_layer(rng, (1, 1, 1, 1), (1, 1, 1, 1)),),
        (*_layer(rng, (1, 2, 1, 1), (2, 2, 3, 3)), (1, 1), (1, 1)),
        (*_layer(rng, (1, 1, 7, 7), (1, 1, 2, 1)), (4, 3)),
        (*_layer(rng, (2, 3, 4, 5), (2, 3, 1, 1)), (1, 1), (1, 2)),
        (*_layer(rng, (2, 3, 4, 5), (2, 3, 1, 1)), (2, 1), (0, 1), (3, 2)),
        (*_layer(rng, (1, 2, 1, 6), (3, 2, 1, 3)), (1, 2), (1, 2), (2, 2)),
        (*_layer(rng, (2, 1, 6, 1), (1, 1, 3, 1)), (2, 1), (2, 1), (2, 3)),
        (*_layer(rng, (2, 2, 1, 1), (2, 2, 1, 1)), (3, 2), (1, 2), (2, 2)),
        (turned[:, :, :2, :2], turned[:, :, :2, :2]),
    ]
    cases.append((x, x))
    expected = [conv2d_spec(*case) for case in cases]
    assert_close(student.run(answers, "conv2d", cases), expected, cases=cases)


@needs_value
@weight(1)
def test_rules_of_the_statement(student: Student, rng: Rng) -> None:
    """The rules hold: views, both dtypes, the inputs' device and torch's other settings, unchanged arguments.

    遵守各条规则：视图、两种 dtype、输入所在的设备、torch 的其他设置，参数不改变。
    """
    args = (*_layer(rng, (1, 2, 4, 4), (2, 2, 2, 2), torch.float32), (1, 2), (1, 1), (2, 1))
    assert_keeps_promises(student, "conv2d", conv2d_spec, args, rng=rng, without=("gradients",))


@needs_value
@weight(1)
def test_batch_of_ordinary_size(student: Student, rng: Rng) -> None:
    """A batch of small images with several channels is done in time.

    一批多通道的小图像能在时限内算完。
    """
    x, weights, bias = _layer(rng, (8, 16, 32, 32), (4, 16, 3, 3), torch.float32)
    found = student.conv2d(x, weights, bias, padding=(1, 1))
    assert_close(found, conv2d_spec(x, weights, bias, padding=(1, 1)))


def _layer(
    rng: Rng, shape: Shape, weight_shape: Shape, dtype: torch.dtype = torch.float64
) -> tuple[Tensor, Tensor, Tensor]:
    """Draws images, kernels and a bias; float32 numbers are positive, so that the order of a sum does not matter."""
    if dtype == torch.float32:
        return rng.uniform(*shape, low=0.2), rng.uniform(*weight_shape, low=0.2), rng.uniform(weight_shape[0], low=0.2)
    return (
        rng.normal(*shape, dtype=dtype),
        rng.normal(*weight_shape, dtype=dtype),
        rng.normal(weight_shape[0], dtype=dtype),
    )


def _pairs(rng: Rng) -> list[tuple[int, int]]:
    """Draws stride, padding and dilation for both axes; each pair has two different numbers."""
    return [
        rng.choice([(1, 2), (2, 1), (1, 3), (3, 2)]),
        rng.choice([(2, 1), (0, 2), (1, 3)]),
        rng.choice([(1, 2), (3, 1), (2, 3)]),
    ]
