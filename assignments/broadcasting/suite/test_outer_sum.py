"""Tests of `outer_sum`, with and without batch dimensions."""

from __future__ import annotations

import torch
from broadcasting_oracle import gradients_of, in_other_memory, outer_sum_spec
from broadcasting_probes import answers, check_gradients, gradients

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("outer_sum")


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    x, y = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([10.0, 20.0])
    assert_close(student.outer_sum(x, y), torch.tensor([[11.0, 21.0], [12.0, 22.0], [13.0, 23.0]]))
    assert_close(student.outer_sum(x, y[:0]), torch.zeros(3, 0))


@weight(4)
def test_every_pair_is_added(student: Student, rng: Rng) -> None:
    """Every pair is added, for zero, one and two batch dimensions and for equal sizes too.

    每一对元素都相加：没有批量维度、有一个或两个批量维度时都对，两个大小相等时也对。
    """
    alike = ((torch.float32, (), 4, 4), (torch.float64, (3,), 3, 3), (torch.float64, (3, 3), 3, 3))
    different = ((torch.float64, (), 3, 5), (torch.float64, (2,), 3, 5), (torch.float32, (2, 3), 2, 4))
    different += ((torch.float64, (), 3, 5),)  # the sizes of a case before, with other values
    for sizes in (alike, different):  # where all sizes are equal, a wrong axis raises nothing
        cases = [
            (rng.normal(*batch, n, dtype=dtype), rng.normal(*batch, m, dtype=dtype)) for dtype, batch, n, m in sizes
        ]
        cases += [(x, x) for x, _ in cases[:2]]
        expected = [outer_sum_spec(x, y) for x, y in cases]
        assert_close(student.run(answers, "outer_sum", cases), expected, cases=cases)


@needs_value
@weight(3)
def test_gradients_reach_both_inputs(student: Student, rng: Rng) -> None:
    """A random upstream gradient flows back to both inputs as the formula says.

    随机的上游梯度按公式流回两个输入。
    """
    cases = []
    for batch, n, m in (((), 3, 4), ((2,), 3, 3), ((2,), 1, 3), ((1,), 2, 1)):
        inputs = [rng.normal(*batch, n, dtype=torch.float64), rng.normal(*batch, m, dtype=torch.float64)]
        cases.append((inputs, rng.normal(*batch, n, m, dtype=torch.float64), []))
    x = rng.normal(2, 3, dtype=torch.float64)
    cases.append(([x, x], rng.normal(2, 3, 3, dtype=torch.float64), []))
    expected = [gradients_of(outer_sum_spec, inputs, cotangent) for inputs, cotangent, _ in cases]
    check_gradients(student.run(gradients, "outer_sum", cases), expected, cases)


@needs_value
@weight(2)
def test_single_empty_and_transposed_inputs(student: Student, rng: Rng) -> None:
    """Sizes of one and zero, views, three batch dimensions, and tiny and huge numbers work.

    大小为 1 或 0、视图、三个批量维度、很小和很大的数都能处理。
    """
    cases = [
        (rng.normal(1), rng.normal(4)),
        (rng.normal(4, 1), rng.normal(4, 1)),
        (rng.normal(4, 3).mT, rng.normal(3, 6)[:, ::2]),
        (in_other_memory(rng.normal(2, 3, 4)), in_other_memory(rng.normal(2, 3, 2))),
        (rng.spread(2, 5, dtype=torch.float64), rng.spread(2, 4, dtype=torch.float64)),
    ]
    for batch, n, m in (((1, 2, 1), 3, 2), ((2, 1, 2), 1, 3), ((2, 1, 3), 2, 1)):
        cases.append((rng.normal(*batch, n, dtype=torch.float64), rng.normal(*batch, m, dtype=torch.float64)))
    expected = [outer_sum_spec(x, y) for x, y in cases]
    assert_close(student.run(answers, "outer_sum", cases), expected, cases=cases)
    empty = [(rng.normal(2, 0), rng.normal(2, 3)), (rng.normal(0, 2), rng.normal(0, 3)), (rng.normal(3), rng.normal(0))]
    expected = [torch.zeros(2, 0, 3), torch.zeros(0, 2, 3), torch.zeros(3, 0)]
    assert_close(student.run(answers, "outer_sum", empty), expected, cases=empty)


@needs_value
@weight(2)
def test_rules_hold(student: Student, rng: Rng) -> None:
    """The rules hold: views, dtypes and devices, unchanged arguments and settings, gradients.

    遵守题目的规则：视图、dtype 与设备，参数和设置保持不变，梯度。
    """
    assert_keeps_promises(
        student, "outer_sum", outer_sum_spec, (rng.normal(2, 1, 2, 3), rng.normal(2, 1, 2, 2)), rng=rng
    )
