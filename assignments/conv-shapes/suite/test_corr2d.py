"""Tests of `corr2d`: the direction of the kernel, the axes, and the gradients."""

from __future__ import annotations

import torch
from conv_shapes_oracle import corr2d_spec, gradients_of
from conv_shapes_probes import answers, answers_from_one_buffer, check_gradients, gradients
from torch import Tensor

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("corr2d")


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    edges = torch.tensor([[1.0, 1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 0.0, 0.0, 1.0]])
    found = student.corr2d(edges, torch.tensor([[1.0, -1.0]]))
    assert_close(found, torch.tensor([[0.0, 1.0, 0.0, -1.0], [0.0, 1.0, 0.0, -1.0]]))
    x, k = torch.arange(9.0).reshape(3, 3), torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    assert_close(student.corr2d(x, k), torch.tensor([[19.0, 25.0], [37.0, 43.0]]))
    assert_close(student.corr2d(k, k), torch.tensor([[14.0]]))


@weight(5)
def test_every_window_is_weighted_and_summed(student: Student, rng: Rng) -> None:
    """Every window is multiplied by the kernel as it stands and summed, for square and for long shapes.

    每个窗口都与原样的卷积核相乘再求和，方形和长条形的大小都一样。
    """
    square = [_case(rng, (4, 4), (2, 2)), _case(rng, (5, 5), (3, 3)), _case(rng, (3, 3), (2, 2), torch.float32)]
    long = [
        _case(rng, (5, 7), (2, 3)),
        _case(rng, (6, 3), (1, 2)),
        _case(rng, (4, 4), (3, 1)),
        _case(rng, (3, 8), (2, 5), torch.float32),
    ]
    x, k = _case(rng, (4, 5), (2, 2))
    scaled = [(x * 5e4, k * 2e-5), (x * 2e-5, k * 1e-3), (x * 1e-3, k * 5e4), (torch.zeros_like(x), k)]
    found = [answer for cases in (square, long, scaled) for answer in student.run(answers, "corr2d", cases)]
    cases = [*square, *long, *scaled]
    assert_close(found, [corr2d_spec(*case) for case in cases], cases=cases)
    again = [_case(rng, (4, 3), (2, 2)) for _ in range(2)]
    found = student.run(answers_from_one_buffer, "corr2d", again)
    assert_close(found, [corr2d_spec(*case) for case in again], cases=again)


@needs_value
@weight(3)
def test_gradients_reach_image_and_kernel(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to the image and to the kernel.

    随机的上游梯度能流回图像和卷积核。
    """
    cases = []
    for size, kernel in (((4, 4), (2, 2)), ((3, 5), (2, 3)), ((1, 4), (1, 1)), ((4, 4), (2, 2))):
        inputs = list(_case(rng, size, kernel))
        cotangent = rng.normal(*reversed(corr2d_spec(*inputs).shape), dtype=torch.float64).mT
        cases.append((inputs, cotangent, []))
    cases[-1][0][:] = [torch.zeros_like(value) for value in cases[-1][0]]
    cases[0][0][1].zero_()
    expected = [gradients_of(corr2d_spec, inputs, cotangent) for inputs, cotangent, _ in cases]
    check_gradients(student.run(gradients, "corr2d", cases), expected, cases)


@needs_value
@weight(2)
def test_whole_image_single_tap_and_views(student: Student, rng: Rng) -> None:
    """A kernel as large as the image, one tap, one row, one column, and views of any kind work.

    与图像一样大的卷积核、只有一个点的卷积核、只有一行或一列的图像以及各种视图都能处理。
    """
    whole, single = _case(rng, (3, 4), (3, 4)), _case(rng, (3, 4), (1, 1))
    x, k = _case(rng, (8, 5), (6, 2))
    cases = [whole, single, (x.mT, k[::3].mT), (x[::2, 1:], k[:2]), (x[:, 2:3], k[1:, :1])]
    cases += [(x[:1], k[:1]), (x[:1, ::2], k[:1, :1]), (x[:1, :1], k[:1, :1]), (x, x)]
    expected = [corr2d_spec(*case) for case in cases]
    assert_close(student.run(answers, "corr2d", cases), expected, cases=cases)


@needs_value
@weight(1)
def test_rules_of_the_statement(student: Student, rng: Rng) -> None:
    """The rules hold: views, both dtypes, the inputs' device and torch's other settings, unchanged arguments.

    遵守各条规则：视图、两种 dtype、输入所在的设备、torch 的其他设置，参数不改变。
    """
    args = _case(rng, (4, 4), (2, 3), torch.float32)
    assert_keeps_promises(student, "corr2d", corr2d_spec, args, rng=rng, without=("gradients",))


def _case(
    rng: Rng, size: tuple[int, int], kernel: tuple[int, int], dtype: torch.dtype = torch.float64
) -> tuple[Tensor, Tensor]:
    """Draws an image and a kernel; float32 numbers are positive, so that the order of a sum does not matter."""
    if dtype == torch.float32:
        return rng.uniform(*size, low=0.2), rng.uniform(*kernel, low=0.2)
    return rng.normal(*size, dtype=dtype), rng.normal(*kernel, dtype=dtype)
