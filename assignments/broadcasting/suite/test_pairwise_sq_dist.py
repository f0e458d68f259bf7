"""Tests of `pairwise_sq_dist`, also for points that are close together and far from zero."""

from __future__ import annotations

from typing import Any

import torch
from broadcasting_oracle import gradients_of, pairwise_sq_dist_spec
from broadcasting_probes import answers, check_gradients, gradients
from torch import Tensor

from grader.suite import (
    Rng,
    Student,
    assert_close,
    assert_keeps_promises,
    in_case,
    needs_value,
    probe,
    require,
    task,
    visible,
    weight,
)

pytestmark = task("pairwise_sq_dist")


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    x = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
    y = torch.tensor([[0.0, 0.0], [0.0, 4.0], [1.0, 1.0]])
    assert_close(student.pairwise_sq_dist(x, y), torch.tensor([[0.0, 16.0, 2.0], [25.0, 9.0, 13.0]]))
    far = student.pairwise_sq_dist(torch.tensor([[10000.5]]), torch.tensor([[10000.25]]))
    assert_close(far, torch.tensor([[0.0625]]))


@weight(4)
def test_every_pair_has_its_distance(student: Student, rng: Rng) -> None:
    """Every pair of points has its squared distance, also where all sizes are equal.

    每一对点都得到自己的平方距离，所有大小都相等时也一样。
    """
    cases = [
        (rng.normal(n, d, dtype=dtype), rng.normal(m, d, dtype=dtype))
        for n, m, d, dtype in (
            (2, 3, 5, torch.float64),
            (4, 4, 4, torch.float64),
            (3, 3, 2, torch.float32),
            (3, 4, 3, torch.float32),
            (1, 3, 1, torch.float64),
            (3, 1, 2, torch.float64),
            (1, 1, 3, torch.float64),
            (2, 3, 5, torch.float64),  # the sizes of a case before, with other values
        )
    ]
    cases.append((rng.spread(3, 5, dtype=torch.float64), rng.spread(4, 5, dtype=torch.float64)))
    cases.append((rng.uniform(3, 2, high=1e-4, dtype=torch.float64), rng.uniform(4, 2, high=1e-4, dtype=torch.float64)))
    expected = [pairwise_sq_dist_spec(x, y) for x, y in cases]
    assert_close(student.run(answers, "pairwise_sq_dist", cases), expected, cases=cases)


@needs_value
@weight(3)
def test_gradients_are_right_at_equal_points_too(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to both inputs and stays finite where two points are equal.

    随机的上游梯度流回两个输入，并且在两点重合处仍是有限值。
    """
    x, y = rng.normal(3, 2, dtype=torch.float64), rng.normal(3, 2, dtype=torch.float64)
    y[1] = x[0]
    inputs = [[x, y], [x, x], [x[:1, :1], y[:, :1]], [x, y[:1]]]
    cases = [(given, rng.normal(len(given[0]), len(given[1]), dtype=torch.float64), []) for given in inputs]
    expected = [gradients_of(pairwise_sq_dist_spec, given, cotangent) for given, cotangent, _ in cases]
    check_gradients(student.run(gradients, "pairwise_sq_dist", cases), expected, cases)


@probe
def from_itself_transposed(solution: Any, x: Tensor) -> Tensor:
    """Asks for the distances of a square of points from its transpose, which lies in the same memory."""
    return solution.pairwise_sq_dist(x, x.mT)


@needs_value
@weight(2)
def test_close_points_far_from_zero_and_no_points(student: Student, rng: Rng) -> None:
    """Close float32 points far from zero, equal, missing and strided points are right.

    远离原点而彼此靠近的 float32 点、重合的点、没有点以及跨步视图都处理正确。
    """
    x = 1e4 + rng.uniform(12, 3, low=-1.0, high=1.0)
    y = 1e4 + rng.uniform(3, 3, low=-1.0, high=1.0)
    strided, other = rng.normal(2, 3).mT, rng.normal(6, 4)[::2, ::2]
    cases = [(strided, other), (x[:0], y), (x, y[:0]), (x, x), (x, y)]
    *found, own, far = student.run(answers, "pairwise_sq_dist", cases)
    expected = [pairwise_sq_dist_spec(strided, other), torch.zeros(0, 3), torch.zeros(12, 0)]
    for number, (got, want) in enumerate(zip(found, expected, strict=True), 1):
        with in_case(number, len(cases), cases[number - 1]):
            assert_close(got, want)
    with in_case(4, len(cases), cases[3]):
        assert_close(own.diagonal(), torch.zeros(12), atol=0.0)
        require((own >= 0).all(), "a squared distance is never negative", "平方距离绝不会是负数")
    wide = pairwise_sq_dist_spec(x.to(torch.float64), y.to(torch.float64))
    with in_case(5, len(cases), cases[4]):
        assert_close(far, wide.to(torch.float32), rtol=0.0, atol=1e-2)
    square = rng.normal(3, 3, dtype=torch.float64)
    assert_close(student.run(from_itself_transposed, square), pairwise_sq_dist_spec(square, square.mT))


@needs_value
@weight(2)
def test_rules_hold(student: Student, rng: Rng) -> None:
    """The rules hold: views, dtypes and devices, unchanged arguments and settings, gradients.

    遵守题目的规则：视图、dtype 与设备，参数和设置保持不变，梯度。
    """
    args = rng.normal(2, 3), rng.normal(4, 3)
    assert_keeps_promises(student, "pairwise_sq_dist", pairwise_sq_dist_spec, args, rng=rng)
