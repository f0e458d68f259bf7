"""Tests of `conv_transpose_out_size`: whole numbers, so every case is compared exactly."""

from __future__ import annotations

import pytest
from conv_shapes_oracle import transposed_extent
from conv_shapes_probes import check_sizes, outcomes

from grader.suite import Rng, Student, assert_close, needs_value, require, task, visible, weight

pytestmark = task("conv_transpose_out_size")

Case = tuple[int, ...]


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right, and the one with too much output padding is refused.

    题目中的各个例子结果正确，`output_padding` 过大的那个例子被拒绝。
    """
    assert_close(student.conv_transpose_out_size(4, 4, stride=2, padding=1), 8)
    assert_close(student.conv_transpose_out_size(3, 3, 2, 1, 1), 6)
    assert_close(student.conv_transpose_out_size(3, 2, dilation=3), 6)
    with pytest.raises(ValueError):
        student.conv_transpose_out_size(4, 3, 2, output_padding=2)


@weight(3.5)
def test_spread_and_cropped(student: Student, rng: Rng) -> None:
    """The stride spreads the input, and the padding crops both ends of the output.

    步幅把输入拉开，填充裁掉输出的两端。
    """
    fixed = [(1, 1), (4, 3), (5, 2, 3), (3, 1, 4), (5, 4, 2, 2), (6, 3, 1, 1), (2, 5, 3, 1, 0, 1)]
    far = 2**60 + 2 * int(rng.integers(0, 99)) + 1
    fixed += [(4, 3, far, 1)]
    cases = fixed + [case for case in _grid(rng, 150, plain=True) if _is_defined(case)]
    check_sizes(student.run(outcomes, "conv_transpose_out_size", cases), cases, transposed_extent)


@weight(3.5)
def test_output_padding_and_dilation(student: Student, rng: Rng) -> None:
    """Output padding lengthens one end only, and dilation spreads the taps.

    `output_padding` 只加长一端，空洞率把卷积核的各个点拉开。
    """
    fixed = [(4, 3, 2, 1, 1), (4, 3, 1, 0, 0, 2), (4, 3, 1, 0, 1, 2), (4, 2, 1, 1, 2, 3), (5, 3, 3, 2, 2, 1)]
    fixed += [(3, 1, 2, 0, 1, 3), (2, 4, 3, 1, 1, 1)]
    far = 2**60 + 2 * int(rng.integers(0, 99)) + 1
    fixed += [(3, 4, 2, 1, 0, far), (3, 2, far, 0, far - 1)]
    cases = fixed + [case for case in _grid(rng, 150, plain=False) if _is_defined(case)]
    check_sizes(student.run(outcomes, "conv_transpose_out_size", cases), cases, transposed_extent)


@needs_value
@weight(2)
def test_too_much_output_padding_is_refused(student: Student, rng: Rng) -> None:
    """Output padding that is smaller neither than the stride nor than the dilation raises a ValueError.

    `output_padding` 既不小于步幅、也不小于空洞率时，抛出 ValueError。
    """
    n = int(rng.integers(4, 20))
    cases = [(n, 3, 1, 0, 1), (n, 3, 2, 1, 2), (n, 3, 3, 0, 4, 2), (n, 2, 1, 1, 3, 2), (n, 4, 2, 1, 3, 3)]
    cases += [(n, 2, 1, 0, 2, 2)]
    found = student.run(outcomes, "conv_transpose_out_size", cases)
    require(
        all(outcome == "ValueError" for outcome in found),
        "too much output padding must be refused by ValueError",
        "过大的 `output_padding` 必须用 ValueError 拒绝",
    )


def _grid(rng: Rng, count: int, *, plain: bool) -> list[Case]:
    """Draws arguments; plain ones have neither output padding nor dilation."""
    columns = [
        rng.integers(low, high, count).tolist() for low, high in ((1, 8), (1, 6), (1, 5), (0, 3), (0, 4), (1, 5))
    ]
    cases = list(zip(*columns, strict=True))
    return [(*case[:4], 0, 1) for case in cases] if plain else cases


def _is_defined(case: Case) -> bool:
    """Whether something is left of the output, and the output padding is in order."""
    n, kernel, stride, padding, output_padding, dilation = case
    return output_padding < max(stride, dilation) and (n - 1) * stride + dilation * (kernel - 1) >= 2 * padding
