"""Tests of `pool_out_size`, above all of the last window in ceil mode."""

from __future__ import annotations

import pytest
from conv_shapes_oracle import pool_places
from conv_shapes_probes import check_sizes, outcomes

from grader.suite import Rng, Student, assert_close, needs_value, require, task, visible, weight

pytestmark = task("pool_out_size")

Case = tuple[int, int, int | None, int, bool]


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right, and the one with too much padding is refused.

    题目中的各个例子结果正确，填充过大的那个例子被拒绝。
    """
    assert_close(student.pool_out_size(6, 3), 2)
    assert_close(student.pool_out_size(6, 3, stride=2), 2)
    assert_close(student.pool_out_size(6, 3, stride=2, ceil_mode=True), 3)
    assert_close(student.pool_out_size(3, 2, 2, 1, True), 2)
    with pytest.raises(ValueError):
        student.pool_out_size(6, 3, padding=2)


@weight(3.5)
def test_whole_windows_only(student: Student, rng: Rng) -> None:
    """Without ceil mode, only windows within the padded line count, and the stride is the kernel by default.

    没有 `ceil_mode` 时，只有完全落在填充后的轴上的窗口才算数；步幅默认等于 `kernel`。
    """
    fixed = [(7, 2), (7, 3), (4, 4), (7, 3, None, 1), (8, 3, 2, 1), (5, 2, 3, 1, False), (6, 2, 1), (7, 4, 2, 2)]
    far = 2**60 + 2 * int(rng.integers(0, 99)) + 1
    fixed += [(3 * far, 3, far, 1), (2 * far + 1, 2, far), (3 * far - 1, far), (7, 3, far, 1)]
    cases = fixed + [case for case in _grid(rng, 150, ceil_mode=False) if _is_defined(case)]
    check_sizes(student.run(outcomes, "pool_out_size", cases), cases, pool_places)


@weight(3.5)
def test_ceil_mode(student: Student, rng: Rng) -> None:
    """In ceil mode an unfinished last window counts unless it starts behind the input.

    有 `ceil_mode` 时，不完整的最后一个窗口也算数，除非它的起点在输入之后。
    """
    far = 2**60 + 2 * int(rng.integers(0, 99)) + 1
    fixed = [
        (3, 2, 2, 1, True),  # starts exactly where the input has ended
        (2, 4, 5, 2, True),  # starts within the right padding
        (3, 1, 4, 0, True),  # starts behind everything
        (4, 2, 2, 1, True),  # starts on the last cell of the input
        (7, 2, 2, 0, True),
        (7, 3, 2, 0, True),  # comes out even
        (7, 3, None, 1, True),
        (2, 3, 2, 0, True),  # the only window is longer than the line
        (8, 3, 3, 1, True),
        (4 * far + 6, far + 5, far, 0, True),  # one cell more than comes out even
        (4 * far + 5, far + 5, far, 0, True),
        (2 * far - 1, far, far, 0, True),
    ]
    cases = fixed + [case for case in _grid(rng, 150, ceil_mode=True) if _is_defined(case)]
    check_sizes(student.run(outcomes, "pool_out_size", cases), cases, pool_places)


@needs_value
@weight(2)
def test_too_much_padding_is_refused(student: Student, rng: Rng) -> None:
    """Padding of more than half the kernel raises a ValueError, in both modes.

    填充超过 `kernel` 的一半时抛出 ValueError，有没有 `ceil_mode` 都一样。
    """
    n = int(rng.integers(8, 20))
    cases = [(n, 3, 1, 2), (n, 1, 1, 1), (n, 2, 2, 2), (n, 4, None, 3), (n, 5, 2, 3, True), (n, 2, 3, 7, True)]
    found = student.run(outcomes, "pool_out_size", cases)
    require(
        all(outcome == "ValueError" for outcome in found),
        "too much padding must be refused by ValueError",
        "过大的填充必须用 ValueError 拒绝",
    )


def _grid(rng: Rng, count: int, *, ceil_mode: bool) -> list[Case]:
    """Draws arguments with a padding of at most half the kernel; no stride in about one of seven."""
    draws = zip(
        *(rng.integers(low, high, count).tolist() for low, high in ((1, 13), (1, 6), (0, 7), (0, 3))), strict=True
    )
    return [(n, k, stride or None, min(padding, k // 2), ceil_mode) for n, k, stride, padding in draws]


def _is_defined(case: Case) -> bool:
    """Whether the arguments leave a window by the formula, which the statement promises."""
    n, kernel, stride, padding, ceil_mode = case
    room = n + 2 * padding - kernel
    return room >= 0 or (ceil_mode and room > -(stride or kernel))
