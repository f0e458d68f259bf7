"""Tests of `multibox_prior`: which boxes, in which order, and with which dtype and device."""

from __future__ import annotations

from typing import Any

import torch
from anchors_oracle import prior_spec
from torch import Tensor

from grader.suite import Rng, Student, assert_close, in_case, needs_value, probe, require, task, visible, weight

pytestmark = task("multibox_prior")


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    expected = [[0.125, 0.25, 0.375, 0.75], [0, 0.375, 0.5, 0.625], [0.625, 0.25, 0.875, 0.75], [0.5, 0.375, 1, 0.625]]
    assert_close(student.multibox_prior(1, 2, [0.5], [1.0, 4.0]), torch.tensor(expected))
    found = student.multibox_prior(2, 4, [0.75, 0.5, 0.25], [1.0, 2.0, 0.5])
    require(
        tuple(found.shape) == (40, 4),
        "the shape of the result is not (H * W * (n + m - 1), 4)",
        "结果的形状不是 (H * W * (n + m - 1), 4)",
    )
    expected = [[-0.0625, -0.125, 0.3125, 0.625], [-0.140165, -0.015165, 0.390165, 0.515165]]
    assert_close(found[:2], torch.tensor(expected), atol=1e-5)
    assert_close(student.multibox_prior(1, 1, (2,), (1,)), torch.tensor([[-0.5, -0.5, 1.5, 1.5]]))


@probe
def in_each_dtype(solution: Any, cases: list[tuple[Any, ...]]) -> list[Tensor]:
    """Asks for the boxes of each case in the dtype named last."""
    return [solution.multibox_prior(*args, dtype=dtype) for *args, dtype in cases]


@weight(5)
def test_boxes_follow_the_formulas_in_order(student: Student, rng: Rng) -> None:
    """Every pixel has its boxes in the right order, with the right centre and sides, in any map and dtype.

    每个像素的锚框次序正确，中心和边长也正确，任何大小的图、任何 dtype 都一样。
    """
    cases = [
        (height, width, _numbers(rng, n, 0.1, 0.9), _numbers(rng, m, 0.3, 3.0), dtype)
        for height, width, n, m, dtype in (
            (2, 5, 3, 2, torch.float64),
            (3, 3, 2, 3, torch.float64),
            (4, 2, 1, 3, torch.float64),
            (2, 3, 3, 3, torch.float32),
        )
    ]
    assert_close(student.run(in_each_dtype, cases), [prior_spec(*case) for case in cases], cases=cases)


@probe
def answers_and_arguments(solution: Any, cases: list[tuple[Any, ...]]) -> list[Any]:
    """Calls the function once per case and returns each answer with the arguments as they are then."""
    return [(solution.multibox_prior(*case), list(case)) for case in cases]


@needs_value
@weight(2)
def test_single_sizes_and_maps_of_one_row(student: Student, rng: Rng) -> None:
    """One size, one ratio, one row, one pixel, tuples, tiny and huge boxes work, and the lists stay as they are.

    一个大小、一个宽高比、一行、一个像素、元组以及极小和极大的框都能处理，列表保持原样。
    """
    both = _numbers(rng, 2, 0.5, 1.5)
    cases = [
        (1, 1, _numbers(rng, 1, 0.1, 0.9), _numbers(rng, 1, 0.3, 3.0)),
        (3, 2, _numbers(rng, 1, 0.1, 0.9), _numbers(rng, 1, 0.3, 3.0)),
        (1, 3, tuple(_numbers(rng, 2, 0.2, 0.4)), tuple(_numbers(rng, 1, 0.3, 3.0))),
        (2, 1, _numbers(rng, 1, 1.0, 2.0), _numbers(rng, 2, 0.3, 3.0)),
        (1, 1, [1, 2], [1, 4]),
        (2, 1, both, both),
        (1, 2, [2e-4, 3e4, 0.37], (2e4, 5e-5, 0.13)),
        (1, 2, [2e-4, 3e4, 0.37], (2e4, 5e-5, 0.13)),
    ]
    found = student.run(answers_and_arguments, cases)
    assert_close([boxes for boxes, _ in found], [prior_spec(*case) for case in cases], cases=cases)
    for number, ((_, afterwards), case) in enumerate(zip(found, cases, strict=True), 1):
        with in_case(number, len(cases), case):
            require(afterwards == list(case), "the function changed one of its arguments", "函数修改了自己的某个参数")


@probe
def under_other_defaults(solution: Any, args: list[Any]) -> list[Tensor]:
    """Asks without `dtype` and `device`, and for torch's default device by name, while torch has other defaults."""
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with torch.device("meta"):
            found = [solution.multibox_prior(*args), solution.multibox_prior(*args, device=None)]
        return [*found, solution.multibox_prior(*args), solution.multibox_prior(*args, device=torch.device("meta"))]
    finally:
        torch.set_default_dtype(usual)


@needs_value
@weight(2)
def test_dtype_and_device_are_those_asked_for(student: Student, rng: Rng) -> None:
    """The result is float32 by default, else of the dtype and on the device that are asked for.

    结果默认是 float32，否则为所要求的 dtype，并位于所要求的设备上。
    """
    args = [2, 3, _numbers(rng, 2, 0.1, 0.9), _numbers(rng, 2, 0.3, 3.0)]
    cases = [(*args, dtype) for dtype in (torch.float32, torch.float64)]
    assert_close(student.run(in_each_dtype, cases), [prior_spec(*case) for case in cases], cases=cases)
    expected = prior_spec(*args)
    without_data = expected.to("meta")
    assert_close(student.multibox_prior(*args, device="meta"), without_data)
    found = student.run(under_other_defaults, args)
    assert_close(found, [without_data, without_data, expected, without_data], cases=range(4))


def _numbers(rng: Rng, count: int, low: float, high: float) -> list[float]:
    return [float(value) for value in rng.uniform(count, low=low, high=high, dtype=torch.float64)]
