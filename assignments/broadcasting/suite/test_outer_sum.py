"""Tests of `outer_sum`, with and without batch dimensions."""

from __future__ import annotations

import torch
from broadcasting_oracle import gradients_of, outer_sum_spec
from broadcasting_probes import answers, careful_call, check_careful_call, check_gradients, gradients

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

pytestmark = task("outer_sum")


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    x, y = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([10.0, 20.0])
    assert_close(student.outer_sum(x, y), torch.tensor([[11.0, 21.0], [12.0, 22.0], [13.0, 23.0]]))


@weight(4)
def test_every_pair_is_added(student: Student, rng: Rng) -> None:
    """Every pair is added, for zero, one and two batch dimensions and for equal sizes too.

    每一对元素都相加：没有批量维度、有一个或两个批量维度时都对，两个大小相等时也对。
    """
    alike = ((torch.float32, (), 4, 4), (torch.float64, (3,), 3, 3), (torch.float64, (3, 3), 3, 3))
    different = ((torch.float64, (), 3, 5), (torch.float64, (2,), 3, 5), (torch.float32, (2, 3), 2, 4))
    for sizes in (alike, different):  # where all sizes are equal, a wrong axis raises nothing
        cases = [
            (rng.normal(*batch, n, dtype=dtype), rng.normal(*batch, m, dtype=dtype)) for dtype, batch, n, m in sizes
        ]
        expected = [outer_sum_spec(x, y) for x, y in cases]
        assert_close(student.run(answers, "outer_sum", cases), expected, cases=cases)


@needs_value
@weight(3)
def test_gradients_reach_both_inputs(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to both inputs as the formula says.

    随机的上游梯度按公式流回两个输入。
    """
    cases = []
    for batch, n, m in (((), 3, 4), ((2,), 3, 3)):
        inputs = [rng.normal(*batch, n, dtype=torch.float64), rng.normal(*batch, m, dtype=torch.float64)]
        cases.append((inputs, rng.normal(*batch, n, m, dtype=torch.float64), []))
    expected = [gradients_of(outer_sum_spec, inputs, cotangent) for inputs, cotangent, _ in cases]
    check_gradients(student.run(gradients, "outer_sum", cases), expected, cases)


@needs_value
@weight(2)
def test_single_empty_and_transposed_inputs(student: Student, rng: Rng) -> None:
    """Sizes of one and zero and views work, and the arguments stay as they were.

    大小为 1 或 0 以及视图都能处理，参数保持原样。
    """
    cases = [
        (rng.normal(1), rng.normal(4)),
        (rng.normal(4, 1), rng.normal(4, 1)),
        (rng.normal(4, 3).mT, rng.normal(3, 6)[:, ::2]),
    ]
    expected = [outer_sum_spec(x, y) for x, y in cases]
    assert_close(student.run(answers, "outer_sum", cases), expected, cases=cases)
    empty = [(torch.zeros(2, 0), rng.normal(2, 3)), (torch.zeros(0, 2), torch.zeros(0, 3))]
    expected = [torch.zeros(2, 0, 3), torch.zeros(0, 2, 3)]
    assert_close(student.run(answers, "outer_sum", empty), expected, cases=empty)
    args = [rng.normal(2, 3), rng.normal(2, 4)]
    check_careful_call(student.run(careful_call, "outer_sum", args), args, outer_sum_spec(*args))
