"""Tests of `broadcast_shape`: integers only, so every case is compared exactly."""

from __future__ import annotations

import pytest
from broadcasting_oracle import SMALL_SHAPES, broadcast_or_none
from broadcasting_probes import outcomes

from grader.suite import Rng, Student, assert_close, needs_value, probe, require, task, visible, weight

pytestmark = task("broadcast_shape")

Shape = tuple[int, ...]


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    assert_close(student.broadcast_shape((8, 1, 6, 1), (7, 1, 5)), (8, 7, 6, 5))
    assert_close(student.broadcast_shape([], [2, 3]), (2, 3))
    assert_close(student.broadcast_shape((0,), (1,)), (0,))
    with pytest.raises(ValueError):
        student.broadcast_shape((0,), (3,))


@weight(4)
def test_compatible_shapes_give_the_shape_of_a_sum(student: Student, rng: Rng) -> None:
    """Shapes that fit give the shape that a sum of two such tensors has.

    能够对齐的两个形状，得到的是这样两个张量之和的形状。
    """
    pairs = [(a, b) for a in SMALL_SHAPES for b in SMALL_SHAPES] + [_long_pair(rng) for _ in range(20)]
    expected = [broadcast_or_none(a, b) for a, b in pairs]
    answers = student.run(outcomes, "broadcast_shape", pairs)
    # What becomes of the pairs that do not fit is another test's; asked here, it tells mistakes apart.
    asked = [
        (pair, answer, shape) for pair, answer, shape in zip(pairs, answers, expected, strict=True) if shape is not None
    ]
    fitting, found, shapes = zip(*asked, strict=True)
    if found != shapes:  # a comparison item by item is slow, and needed only to say where the difference is
        assert_close(found, shapes, cases=fitting)


@needs_value
@weight(3)
def test_clashing_sizes_are_refused(student: Student, rng: Rng) -> None:
    """Two different sizes in the same place, neither of them 1, raise a ValueError.

    同一列的两个大小不同，而且都不是 1 时，抛出 ValueError。
    """
    pairs = [(a, b) for a in SMALL_SHAPES for b in SMALL_SHAPES if broadcast_or_none(a, b) is None]
    for _ in range(10):
        a, b = _long_pair(rng)
        pairs += [((2, *a), (1, 4, *b[-len(a) :])), ((*a, 5), (*b, 7))]
    clashing = [(a, b) for a, b in pairs if broadcast_or_none(a, b) is None]
    clashing += [([3], [2]), ([5, 1], (4, 2, 7)), ((1000,), (1001,))]
    require(
        all(answer == "ValueError" for answer in student.run(outcomes, "broadcast_shape", clashing)),
        "shapes that do not fit must be refused by ValueError",
        "对不齐的形状必须用 ValueError 拒绝",
    )


@probe
def combined(solution, pairs):
    """Combines each pair, and returns the pairs as they are then."""
    return [solution.broadcast_shape(a, b) for a, b in pairs], pairs


@needs_value
@weight(2)
def test_lists_and_huge_sizes_work_both_ways_round(student: Student, rng: Rng) -> None:
    """Lists, also empty ones, work like tuples and stay as they are; sizes may be huge; the result is a tuple.

    列表（包括空列表）与元组同样可用，而且保持原样；大小可以超出任何内存的容量；结果总是元组。
    """
    pair = _long_pair(rng)
    a, b = [3, *pair[0]], list(pair[1][-len(pair[0]) :])
    big = 10**15 + int(rng.integers(0, 1000))
    pairs = [(a, b), (b, a), ([], [3, 1]), ([2, 3], ()), ([], []), ([4, 1], [4, 1]), ([7], (2, 1))]
    pairs += [([big, 1, big], (3, 1, big, big)), ([1000, 3, 1], (1000, 1, 1))]
    shapes, afterwards = student.run(combined, pairs)
    assert_close(shapes, [broadcast_or_none(tuple(a), tuple(b)) for a, b in pairs], cases=range(len(pairs)))
    require(afterwards == pairs, "the function changed one of its arguments", "函数修改了自己的某个参数")


def _long_pair(rng: Rng) -> tuple[Shape, Shape]:
    """Draws two shapes that fit: leading sizes dropped and sizes replaced by 1 at random."""
    rank = int(rng.integers(3, 6))
    sizes = [(0, 1, 2, 5, 7)[index] for index in rng.integers(0, 5, rank).tolist()]
    first, second = (
        tuple(1 if stretched else size for size, stretched in zip(sizes, row, strict=True))
        for row in (rng.uniform(2, rank) < 0.4).tolist()
    )
    kept_a, kept_b = rng.integers(1, rank + 1, 2).tolist()
    return first[-kept_a:], second[-kept_b:]
