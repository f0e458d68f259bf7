"""Tests of `unbroadcast`, the adjoint of `expand`."""

from __future__ import annotations

import torch
from broadcasting_oracle import in_other_memory, unbroadcast_spec
from broadcasting_probes import answers

from grader.suite import (
    Rng,
    Student,
    assert_close,
    assert_keeps_promises,
    in_case,
    needs_value,
    require,
    task,
    visible,
    weight,
)

pytestmark = task("unbroadcast")


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    assert_close(student.unbroadcast(torch.ones(4, 3, 2), (3, 1)), torch.full((3, 1), 8.0))
    grad = torch.tensor([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    assert_close(student.unbroadcast(grad, (3,)), torch.tensor([11.0, 22.0, 33.0]))
    assert_close(student.unbroadcast(torch.ones(0, 2), (2,)), torch.tensor([0.0, 0.0]))


@weight(4)
def test_stretched_and_added_dimensions_are_summed(student: Student, rng: Rng) -> None:
    """Sums over added dimensions and over stretched ones agree with the gradient of `expand`.

    对新增的维度和被拉伸的维度求和，与 `expand` 的梯度一致。
    """
    cases = [
        (rng.uniform(*full, dtype=dtype), shape)  # positive: a sum near zero would depend on its order
        for dtype in (torch.float64, torch.float32)
        for full, shape in (
            ((5, 1, 2, 4, 3), (2, 1, 3)),
            ((2, 3, 4, 5), (2, 1, 4, 1)),
            ((3, 2, 3), (3, 1, 1)),
            ((4, 4), (4, 1)),
            ((4, 4), (1, 4)),
            ((4, 4), (4,)),
            ((3, 2, 4), (4,)),
            ((3, 2), ()),
            ((1, 6, 1), (1, 1)),
            ((2, 3, 4, 1, 1), (3, 1, 1, 1)),
            ((4, 4), (4, 1)),  # the sizes of a case before, with other values
        )
    ]
    cases[len(cases) // 2 :] = [(in_other_memory(grad), shape) for grad, shape in cases[len(cases) // 2 :]]
    expected = [unbroadcast_spec(grad, shape) for grad, shape in cases]
    assert_close(student.run(answers, "unbroadcast", cases), expected, cases=cases)


@needs_value
@weight(3)
def test_it_is_the_adjoint_of_expand(student: Student, rng: Rng) -> None:
    """The inner products <expand(x), g> and <x, unbroadcast(g)> are equal for any shape.

    对任意形状，内积 <expand(x), g> 与 <x, unbroadcast(g)> 相等。
    """
    cases, inputs = [], []
    for _ in range(6):
        rank = int(rng.integers(1, 5))
        full = rng.integers(1, 5, rank).tolist()
        ones = rng.bools(rank).tolist()
        added = int(rng.integers(0, rank))
        shape = tuple(1 if one else size for size, one in zip(full, ones, strict=True))[added:]
        inputs.append(rng.normal(*shape, dtype=torch.float64))
        cases.append((rng.normal(*full, dtype=torch.float64), shape))
    found = student.run(answers, "unbroadcast", cases)
    for number, (x, (grad, shape), reduced) in enumerate(zip(inputs, cases, found, strict=True), 1):
        with in_case(number, len(cases)):  # the shapes are drawn, and stay untold
            require(
                reduced.shape == torch.Size(shape),
                "the result has another shape than the one that is asked for",
                "结果的形状与所要求的不同",
            )
            assert_close((x * reduced).sum(), (x.expand(grad.shape) * grad).sum(), atol=1e-9)


@needs_value
@weight(2)
def test_equal_empty_and_transposed_cases(student: Student, rng: Rng) -> None:
    """Equal shapes, sizes of zero, lists, views, and tiny and huge numbers work.

    形状相等、大小为 0、列表、视图以及很小和很大的数都能处理。
    """
    cases = [
        (rng.normal(3, 2), (3, 2)),
        (rng.normal(dtype=torch.float64), []),
        (rng.normal(0, 3), [3]),
        (rng.normal(2, 0), (1, 0)),
        (rng.normal(3, 0, dtype=torch.float64), (3, 1)),
        (rng.normal(0, dtype=torch.float64), ()),
        (rng.normal(4, 0, 2), torch.Size([1, 2])),
        (rng.uniform(5, 3, 4).transpose(0, 2)[:, ::2], [2, 1]),
        (in_other_memory(rng.spread(3, 5, dtype=torch.float64)), (1, 5)),
        (rng.spread(7, dtype=torch.float64).expand(3, 7), [7]),
    ]
    expected = [unbroadcast_spec(grad, shape) for grad, shape in cases]
    assert_close(student.run(answers, "unbroadcast", cases), expected, cases=cases)


@needs_value
@weight(2)
def test_rules_hold(student: Student, rng: Rng) -> None:
    """The rules hold: views, dtypes and devices, unchanged arguments and settings.

    遵守题目的规则：视图、dtype 与设备，参数和设置保持不变。
    """
    args = (rng.uniform(2, 1, 2, 3, 2), [3, 1])
    assert_keeps_promises(student, "unbroadcast", unbroadcast_spec, args, rng=rng, without=("gradients",))
