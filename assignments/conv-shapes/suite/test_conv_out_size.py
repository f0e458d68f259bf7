"""Tests of `conv_out_size`: whole numbers, so every case is compared exactly."""

from __future__ import annotations

import pytest
from conv_shapes_oracle import conv_places
from conv_shapes_probes import check_sizes, outcomes

from grader.suite import Rng, Student, assert_close, needs_value, require, task, visible, weight

pytestmark = task("conv_out_size")

Case = tuple[int, ...]


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right, and the one that does not fit is refused.

    题目中的各个例子结果正确，放不下的那个例子被拒绝。
    """
    assert_close(student.conv_out_size(224, 7, stride=2, padding=3), 112)
    assert_close(student.conv_out_size(10, 3, dilation=2), 6)
    assert_close(student.conv_out_size(8, 3, 2, 1), 4)
    with pytest.raises(ValueError):
        student.conv_out_size(4, 3, dilation=2)


@weight(3)
def test_kernels_without_dilation(student: Student, rng: Rng) -> None:
    """Without dilation, the size is the number of places of the kernel, for every stride, padding and length.

    没有空洞时，不论步幅、填充和长度是多少，尺寸都等于卷积核的位置个数。
    """
    far = 2**60 + 2 * int(rng.integers(0, 99)) + 1
    fixed = [(5, 2), (5, 5), (1, 1), (9, 3, 2), (10, 3, 3), (3, 5, 1, 1), (2, 3, 4, 2), (11, 4, 3, 1, 1)]
    fixed += [(3 * far + 1, 3, far), (3 * far + 3, 3, far), (2 * far, 4, far, 1), (9, 4, far, 1)]
    cases = fixed + [case for case in _grid(rng, 150, max_dilation=1) if conv_places(*case)]
    check_sizes(student.run(outcomes, "conv_out_size", cases), cases, conv_places)


@weight(3)
def test_dilated_kernels(student: Student, rng: Rng) -> None:
    """A dilated kernel counts with all the cells from its first to its last tap.

    带空洞的卷积核，按从第一个点到最后一个点的全部格数计算。
    """
    fixed = [(9, 3, 1, 0, 2), (5, 3, 1, 0, 2), (7, 1, 2, 0, 3), (4, 3, 2, 1, 2), (12, 4, 3, 2, 3), (3, 2, 1, 2, 4)]
    far = 2**60 + 2 * int(rng.integers(0, 99)) + 1
    fixed += [(3 * far + 3, 3, far, 0, 2), (far, 2, far - 1, 1, 3), (2 * far + 3, 3, far, 0, far)]
    cases = fixed + [case for case in _grid(rng, 150, max_dilation=4) if conv_places(*case)]
    check_sizes(student.run(outcomes, "conv_out_size", cases), cases, conv_places)


@needs_value
@weight(2)
def test_kernels_longer_than_the_line_are_refused(student: Student, rng: Rng) -> None:
    """A dilated kernel that is longer than the padded line raises a ValueError.

    带空洞的卷积核比填充后的轴还长时，抛出 ValueError。
    """
    fixed = [(3, 4), (3, 2, 1, 0, 3), (2, 5, 1, 1), (4, 3, 3, 0, 2), (1, 3, 2, 1, 2), (6, 3, 7, 0, 3)]
    cases = fixed + [case for case in _grid(rng, 100, max_dilation=4) if not conv_places(*case)]
    found = student.run(outcomes, "conv_out_size", cases)
    require(
        all(outcome == "ValueError" for outcome in found),
        "a kernel that does not fit must be refused by ValueError",
        "放不下的卷积核必须用 ValueError 拒绝",
    )


@needs_value
@weight(1)
def test_arguments_out_of_range_are_refused(student: Student, rng: Rng) -> None:
    """Sizes, strides and dilations below 1 and negative paddings raise a ValueError.

    大小、步幅或空洞率小于 1，或者填充为负时，抛出 ValueError。
    """
    below = -int(rng.integers(1, 4))
    cases = [(0, 1, 1, 1), (below, 1, 1, 3), (6, 0), (6, below), (6, 2, 0), (6, 2, below)]
    cases += [(9, 2, 1, -1), (9, 2, 2, below), (6, 1, 1, 0, 0), (6, 2, 1, 0, 0), (6, 3, 1, 1, below)]
    found = student.run(outcomes, "conv_out_size", cases)
    require(
        all(outcome == "ValueError" for outcome in found),
        "an argument out of range must be refused by ValueError",
        "超出范围的参数必须用 ValueError 拒绝",
    )


def _grid(rng: Rng, count: int, *, max_dilation: int) -> list[Case]:
    """Draws arguments; in some of them the kernel is too long."""
    highest = {1: 13, 2: 6, 3: 5, 4: 4, 5: max_dilation + 1}
    columns = [rng.integers(0 if place == 4 else 1, high, count).tolist() for place, high in highest.items()]
    return list(zip(*columns, strict=True))
