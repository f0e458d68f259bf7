"""Tests of `conv_cost` against the parameters of torch's own layer."""

from __future__ import annotations

from conv_shapes_oracle import counted_cost
from conv_shapes_probes import answers

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

pytestmark = task("conv_cost")


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    assert_close(student.conv_cost(2, 3, 3, 3, 4, 5), (57, 1080))
    assert_close(student.conv_cost(2, 3, 3, 3, 4, 5, bias=False), (54, 1080))
    assert_close(student.conv_cost(3, 64, 7, 7, 112, 112), (9472, 118013952))
    assert_close(student.conv_cost(1, 1, 1, 1, 1, 1), (2, 1))


@weight(3)
def test_layers_without_bias(student: Student, rng: Rng) -> None:
    """Without bias, all weights count, and each is used once for every output position.

    没有偏置时，所有权重都计入，每个权重在每个输出位置各用一次。
    """
    cases = [(*sizes, False) for sizes in _sizes(rng)]
    expected = [counted_cost(*case) for case in cases]
    assert_close(student.run(answers, "conv_cost", cases), expected, cases=cases)


@weight(4)
def test_layers_with_bias(student: Student, rng: Rng) -> None:
    """The bias adds its parameters, and no multiply-add.

    偏置会增加参数，但不增加乘加。
    """
    cases = [(*sizes, True) for sizes in _sizes(rng)]
    expected = [counted_cost(*case) for case in cases]
    assert_close(student.run(answers, "conv_cost", cases), expected, cases=cases)


@needs_value
@weight(2)
def test_single_pixels_large_layers_and_the_default(student: Student, rng: Rng) -> None:
    """Kernels and outputs of one cell, single channels and large layers work, and there is a bias by default.

    只有一格的卷积核和输出、单个通道以及很大的层都能处理；默认有偏置。
    """
    c, size = int(rng.integers(60, 90)), int(rng.integers(100, 200))
    large = [(c, c + 1, 5, 5, size, size), (c, c + 1, 3, 3, size, size), (c, c, 1, 1, size, size + 1)]
    cases = [*large, (c, 10, 1, 1, 1, 1), (1, c, 3, 1, 7, 1), (c, 1, 1, 3, 1, 7), (1, 1, 1, 1, 1, 1)]
    cases += [(2**25 + 1, 3, 7, 5, 2**15 + 1, 2**16 + 5), (1, c, 3, 1, 7, 1)]
    expected = [counted_cost(*case) for case in cases]
    assert_close(student.run(answers, "conv_cost", cases), expected, cases=cases)


def _sizes(rng: Rng) -> list[tuple[int, ...]]:
    """Draws layers, of which the first two have nothing in common between their axes."""
    fixed = [(2, 3, 5, 7, 4, 9), (4, 6, 3, 2, 5, 8)]
    return fixed + [tuple(row) for row in rng.integers(1, 12, 12, 6).tolist()]
