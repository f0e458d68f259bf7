"""Tests of `pool2d`: both modes, what the padding is worth, and the gradients."""

from __future__ import annotations

import torch
from conv_shapes_oracle import gradients_of, pool2d_spec
from conv_shapes_probes import answers, answers_from_one_buffer, check_gradients, gradients

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("pool2d")

_SCALES = ((torch.float32, 1e9), (torch.float32, 1e30), (torch.float32, 1e38), (torch.float64, 1e300))
"""Numbers below those that people take for minus infinity; -3e38 is nearly the least of float32."""


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    x = torch.tensor([[[[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 8.0, 6.0]]]])
    assert_close(student.pool2d(x, (2, 2)), torch.tensor([[[[5.0, 8.0]]]]))
    assert_close(student.pool2d(x, (2, 2), stride=(1, 1), mode="avg"), torch.tensor([[[[3.25, 4.75, 4.0]]]]))
    assert_close(student.pool2d(torch.full((1, 1, 2, 2), -5.0), (3, 3), (1, 1), (1, 1)), torch.full((1, 1, 2, 2), -5.0))
    found = student.pool2d(torch.ones(1, 1, 2, 2), (3, 3), (1, 1), (1, 1), mode="avg")
    assert_close(found, torch.full((1, 1, 2, 2), 4 / 9))


@weight(4)
def test_windows_of_both_modes(student: Student, rng: Rng) -> None:
    """Each channel's windows give their maximum or their mean; kernel and stride have a number for each axis.

    每个通道的每个窗口给出最大值或平均值；窗口大小和步幅在每个轴上各有一个数。
    """
    square, wide = rng.normal(2, 2, 4, 4, dtype=torch.float64), rng.normal(2, 3, 6, 7, dtype=torch.float64)
    same = [(square, (2, 2)), (square, (2, 2), (1, 1)), (square, (2, 2), None, (0, 0), "avg")]
    same += [(square, (3, 3), (1, 1), (0, 0), "avg"), (rng.uniform(3, 3, 3, 3, low=0.2), (2, 2), (1, 1), (0, 0), "avg")]
    own = [
        (wide, (2, 3)),
        (wide, (3, 2), (1, 2)),
        (wide, (2, 2), (3, 1)),
        (wide, (1, 4), (2, 1), (0, 0), "avg"),
        (wide, (2, 3), None, (0, 0), "avg"),
        (rng.normal(1, 2, 5, 4), (3, 1), (2, 1)),
    ]
    found = [answer for cases in (same, own) for answer in student.run(answers, "pool2d", cases)]
    cases = [*same, *own]
    assert_close(found, [pool2d_spec(*case) for case in cases], cases=cases)
    for mode in ("max", "avg"):
        again = [(rng.normal(2, 2, 4, 4), (2, 2), None, (0, 0), mode) for _ in range(2)]
        found = student.run(answers_from_one_buffer, "pool2d", again)
        assert_close(found, [pool2d_spec(*case) for case in again], cases=again)


@weight(3.5)
def test_padding_of_both_modes(student: Student, rng: Rng) -> None:
    """Padding never wins a maximum, however small the numbers, and counts as zeros in a mean, at all four sides.

    求最大值时填充永远不会胜出，数再小也一样；求平均值时填充按零计入；每个轴的两端都是如此。
    """
    low = rng.uniform(2, 2, 4, 4, low=-3.0, high=-1.0, dtype=torch.float64)
    wide = rng.normal(2, 3, 5, 6, dtype=torch.float64)
    same = [(low, (2, 2), (2, 2), (1, 1), mode) for mode in ("max", "avg")]
    same += [(low.to(torch.float32), (3, 3), (1, 1), (1, 1), mode) for mode in ("max", "avg")]
    own = [
        (wide - 2, (2, 3), (1, 1), (1, 0), "max"),
        (wide - 2, (4, 2), (2, 1), (2, 1), "max"),
        (wide - 2, (2, 4), None, (0, 2), "avg"),
        (wide, (3, 5), (1, 2), (1, 2), "avg"),
    ]
    far = [(low.to(dtype) * scale, (2, 2), (2, 2), (1, 1)) for dtype, scale in _SCALES]
    far += [(wide * 5e4, (3, 3), (1, 2), (1, 1), "avg"), (wide * 2e-5, (3, 3), (1, 2), (1, 1), "avg")]
    far += [(wide * 5e4, (3, 3), (1, 2), (1, 1), "max"), (wide * 2e-5, (3, 3), (1, 2), (1, 1), "max")]
    far += [(wide * 0, (3, 2), (1, 2), (1, 1), mode) for mode in ("max", "avg")]
    found = [answer for cases in (same, own, far) for answer in student.run(answers, "pool2d", cases)]
    cases = [*same, *own, *far]
    assert_close(found, [pool2d_spec(*case) for case in cases], cases=cases)


@needs_value
@weight(3)
def test_gradients_of_both_modes(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to the largest element of a window, or to all of them alike.

    随机的上游梯度流回窗口中最大的元素，或者均等地流回窗口的所有元素。
    """
    cases = []
    for rest in (
        [(2, 2), (1, 1), (0, 0), "max"],
        [(3, 2), (1, 2), (1, 1), "max"],
        [(2, 2), (1, 1), (0, 0), "avg"],
        [(2, 3), (2, 1), (1, 1), "avg"],
    ):
        x = rng.normal(2, 2, 4, 5, dtype=torch.float64) - 1
        *outer, height, width = pool2d_spec(x, *rest).shape
        cotangent = rng.normal(*outer, width, height, dtype=torch.float64).mT
        cases.append(([x], cotangent, rest))
    cases[1][0][0].mul_(1e300)
    cases[3][0][0].zero_()
    expected = [gradients_of(pool2d_spec, inputs, cotangent, *rest) for inputs, cotangent, rest in cases]
    check_gradients(student.run(gradients, "pool2d", cases), expected, cases)


@needs_value
@weight(2)
def test_whole_images_single_pixels_and_views(student: Student, rng: Rng) -> None:
    """Windows of the whole image and of one pixel, single rows and columns, equal numbers and views work.

    与整幅图像一样大的窗口、只有一个像素的窗口、只有一行或一列的图像、相等的数以及视图都能处理。
    """
    x = rng.normal(3, 2, 6, 4, dtype=torch.float64)
    turned, thinned = x.permute(1, 0, 3, 2), x[:, :, ::2, 1:]
    cases = [
        (turned, (2, 3), (1, 2)),
        (turned, (2, 2), (2, 3), (1, 1), "avg"),
        (thinned, (2, 2), (1, 1), (1, 1), "max"),
        (thinned, (3, 3), None, (0, 0), "avg"),
        (x, (6, 4), None, (0, 0), "max"),
        (x, (1, 1), None, (0, 0), "avg"),
        (x, (1, 1), (4, 3)),
        (x, (1, 1), (1, 3), (0, 0), "avg"),
        (x[:, :1, :1], (1, 2), (3, 1), (0, 1), "avg"),
        (x[:1, :, :, 1:2], (2, 1), (1, 2), (1, 0)),
        (x, (1, 2), (2, 1), (0, 1)),
        (x, (1, 2), None, (0, 1), "avg"),
        (rng.normal(1, 1, 1, 1), (2, 2), (1, 1), (1, 1)),
        (torch.full((1, 2, 3, 3), -7.0), (2, 2), (1, 1), (1, 1)),
    ]
    expected = [pool2d_spec(*case) for case in cases]
    assert_close(student.run(answers, "pool2d", cases), expected, cases=cases)


@needs_value
@weight(1)
def test_rules_of_the_statement(student: Student, rng: Rng) -> None:
    """The rules hold: views, both dtypes, the inputs' device and torch's other settings, unchanged arguments.

    遵守各条规则：视图、两种 dtype、输入所在的设备、torch 的其他设置，参数不改变。
    """
    for mode in ("max", "avg"):
        args = (rng.uniform(1, 2, 4, 4, low=-0.8, high=-0.2), (2, 3), (1, 2), (1, 1), mode)
        assert_keeps_promises(student, "pool2d", pool2d_spec, args, rng=rng, without=("gradients",))
