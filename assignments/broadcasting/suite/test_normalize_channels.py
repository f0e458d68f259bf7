"""Tests of `normalize_channels`, above all where another axis has the size of the channels."""

from __future__ import annotations

import torch
from broadcasting_oracle import gradients_of, normalize_channels_spec
from broadcasting_probes import answers, careful_call, check_careful_call, check_gradients, gradients
from torch import Tensor

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

pytestmark = task("normalize_channels")

_ATOL = 1e-5
"""Leaves room for img / std - mean / std, which cancels a little in float32."""


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    img = torch.tensor([[[[1.0, 5.0]], [[10.0, 40.0]]]])
    found = student.normalize_channels(img, torch.tensor([3.0, 20.0]), torch.tensor([2.0, 10.0]))
    assert_close(found, torch.tensor([[[[-1.0, 1.0]], [[-1.0, 2.0]]]]))


@weight(4)
def test_each_channel_has_its_own_mean_and_std(student: Student, rng: Rng) -> None:
    """Each channel uses its own mean and std, also where height, width or batch have as many entries.

    每个通道使用自己的均值和标准差，即使高、宽或批量的大小恰好与通道数相同。
    """
    cases = [
        _case(rng, shape, dtype)
        for shape, dtype in (
            ((2, 3, 4, 5), torch.float64),
            ((2, 3, 4, 3), torch.float64),
            ((2, 3, 3, 4), torch.float32),
            ((3, 3, 2, 4), torch.float64),
            ((3, 3, 3, 3), torch.float32),
        )
    ]
    expected = [normalize_channels_spec(*case) for case in cases]
    assert_close(student.run(answers, "normalize_channels", cases), expected, atol=_ATOL, cases=cases)


@needs_value
@weight(3)
def test_gradients_reach_image_mean_and_std(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to the image, the means and the stds.

    随机的上游梯度能流回图像、均值和标准差。
    """
    inputs = list(_case(rng, (2, 3, 2, 3), torch.float64))
    cotangent = rng.normal(2, 3, 2, 3, dtype=torch.float64)
    expected = gradients_of(normalize_channels_spec, inputs, cotangent)
    cases = [(inputs, cotangent, [])]
    check_gradients(student.run(gradients, "normalize_channels", cases), [expected], cases)


@needs_value
@weight(2)
def test_byte_images_and_views(student: Student, rng: Rng) -> None:
    """A uint8 image gives the dtype of the mean, views and one channel work, and the arguments stay as they were.

    uint8 图像的结果与均值 dtype 相同；视图和单通道图像都能处理；参数保持原样。
    """
    cases = []
    for dtype in (torch.float32, torch.float64):
        _, mean, std = _case(rng, (1, 3, 1, 1), dtype)
        cases.append((rng.integers(0, 256, 2, 3, 2, 3, dtype=torch.uint8), mean * 100, std * 100))
    img, mean, std = _case(rng, (2, 4, 3, 4), torch.float32)
    cases.append((img.permute(0, 3, 2, 1), mean, std))
    cases.append((img[:0], mean, std))
    cases.append(_case(rng, (2, 1, 3, 2), torch.float32))
    expected = [normalize_channels_spec(*case) for case in cases]
    assert_close(student.run(answers, "normalize_channels", cases), expected, atol=_ATOL, cases=cases)
    args = _case(rng, (2, 3, 2, 2), torch.float32)
    outcome = student.run(careful_call, "normalize_channels", list(args))
    check_careful_call(outcome, args, normalize_channels_spec(*args))


def _case(rng: Rng, shape: tuple[int, int, int, int], dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
    channels = shape[1]
    std = rng.uniform(channels, low=0.2, high=0.8, dtype=dtype)
    return rng.normal(*shape, dtype=dtype), rng.normal(channels, dtype=dtype), std
