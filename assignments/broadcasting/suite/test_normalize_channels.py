"""Tests of `normalize_channels`, above all where another axis has the size of the channels."""

from __future__ import annotations

import torch
from broadcasting_oracle import gradients_of, in_other_memory, normalize_channels_spec
from broadcasting_probes import answers, check_gradients, gradients
from torch import Tensor

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("normalize_channels")

_ATOL = 1e-5
"""Leaves room for img / std - mean / std, which cancels a little in float32."""


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    img = torch.tensor([[[[1.0, 5.0]], [[10.0, 40.0]]]])
    found = student.normalize_channels(img, torch.tensor([3.0, 20.0]), torch.tensor([2.0, 10.0]))
    assert_close(found, torch.tensor([[[[-1.0, 1.0]], [[-1.0, 2.0]]]]))
    img = torch.tensor([[[[1, 3]]]], dtype=torch.uint8)
    found = student.normalize_channels(img, torch.tensor([2.0]), torch.tensor([0.5]))
    assert_close(found, torch.tensor([[[[-2.0, 2.0]]]]))


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
            ((2, 3, 4, 5), torch.float64),  # the sizes of a case before, with other values
        )
    ]
    cases += [(img, std, std) for img, _, std in cases[:1]]
    expected = [normalize_channels_spec(*case) for case in cases]
    assert_close(student.run(answers, "normalize_channels", cases), expected, atol=_ATOL, cases=cases)


@needs_value
@weight(3)
def test_gradients_reach_image_mean_and_std(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to the means and the stds, and to an image that is not uint8.

    随机的上游梯度能流回均值和标准差；图像不是 uint8 时，也能流回图像。
    """
    inputs = [list(_case(rng, shape, torch.float64)) for shape in ((2, 3, 2, 3), (2, 1, 2, 3), (1, 2, 2, 1))]
    inputs.append([rng.integers(0, 256, 2, 3, 2, 2, dtype=torch.uint8), *inputs[0][1:]])
    inputs.append([inputs[0][0], inputs[0][2], inputs[0][2]])
    cases = [(given, rng.normal(*given[0].shape, dtype=torch.float64), []) for given in inputs]
    expected = [gradients_of(normalize_channels_spec, given, cotangent) for given, cotangent, _ in cases]
    check_gradients(student.run(gradients, "normalize_channels", cases), expected, cases)


@needs_value
@weight(2)
def test_byte_images_and_views(student: Student, rng: Rng) -> None:
    """A uint8 image gives the dtype of the mean; views, sizes of one and zero, tiny and huge numbers work.

    uint8 图像的结果与均值 dtype 相同；视图、大小为 1 或 0、很小和很大的数都能处理。
    """
    cases = []
    for dtype in (torch.float32, torch.float64):
        _, mean, std = _case(rng, (1, 3, 1, 1), dtype)
        img = rng.integers(0, 256, 2, 2, 3, 3, dtype=torch.uint8)
        img[0, 0, :2] = torch.tensor([[0], [255]], dtype=torch.uint8)
        cases += [(img.permute(0, 3, 1, 2), mean * 100, std * 100), (img[:, :, :, 1:2], mean[:2] * 50, std[:2] * 60)]
    img, mean, std = _case(rng, (2, 4, 3, 4), torch.float32)
    cases.append((img.permute(0, 3, 2, 1), mean, std))
    cases.append((img[:0], mean, std))
    cases += [_case(rng, shape, torch.float32) for shape in ((2, 1, 3, 2), (1, 2, 1, 3), (2, 3, 2, 1), (1, 1, 1, 1))]
    cases.append((in_other_memory(img), mean.repeat_interleave(2)[::2], std.repeat_interleave(2)[::2]))
    wide = torch.tensor([2e-9, 1.0, 3e4], dtype=torch.float64, device=rng.device)
    scaled = rng.normal(2, 3, 2, 2, dtype=torch.float64) * wide[:, None, None]
    cases += [
        (scaled, wide * rng.normal(3, dtype=torch.float64), wide),
        (rng.spread(2, 3, 2, 2, dtype=torch.float64), wide * 0, wide),
    ]
    expected = [normalize_channels_spec(*case) for case in cases]
    assert_close(student.run(answers, "normalize_channels", cases), expected, atol=_ATOL, cases=cases)


@needs_value
@weight(2)
def test_rules_hold(student: Student, rng: Rng) -> None:
    """The rules hold: views, dtypes and devices, unchanged arguments and settings, gradients.

    遵守题目的规则：视图、dtype 与设备，参数和设置保持不变，梯度。
    """
    args = _case(rng, (2, 3, 2, 2), torch.float32)
    assert_keeps_promises(student, "normalize_channels", normalize_channels_spec, args, rng=rng, atol=_ATOL)


def _case(rng: Rng, shape: tuple[int, int, int, int], dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
    channels = shape[1]
    std = rng.uniform(channels, low=0.2, high=0.8, dtype=dtype)
    return rng.normal(*shape, dtype=dtype), rng.normal(channels, dtype=dtype), std
