"""Tests of `receptive_field` against the cells that the first two outputs touch."""

from __future__ import annotations

from typing import Any

from conv_shapes_oracle import seen_from_outputs
from conv_shapes_probes import answers

from grader.suite import Rng, Student, assert_close, needs_value, probe, require, task, visible, weight

pytestmark = task("receptive_field")

Stack = list[tuple[int, int, int]]


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    assert_close(student.receptive_field([(3, 1, 1), (3, 1, 1)]), (5, 1))
    assert_close(student.receptive_field([(7, 2, 1), (3, 2, 1), (3, 1, 1)]), (19, 4))
    assert_close(student.receptive_field([(3, 1, 2), (3, 1, 4)]), (13, 1))
    assert_close(student.receptive_field([]), (1, 1))


@weight(3)
def test_stacks_without_dilation(student: Student, rng: Rng) -> None:
    """Size and jump of strided layers without dilation are those measured at the input.

    各层有步幅而没有空洞时，感受野和间隔与在输入处量出来的相同。
    """
    fixed: list[Stack] = [[(4, 1, 1)], [(2, 3, 1)], [(3, 2, 1), (3, 1, 1)], [(2, 2, 1), (1, 3, 1), (4, 2, 1)]]
    fixed += [[(1, 3, 1)] * 40 + [(2, 1, 1)], [(3, 2**31 + 1, 1), (2, 2**33, 1), (4, 5, 1)]]
    stacks = fixed + [_stack(rng, dilated=False) for _ in range(30)]
    found = student.run(answers, "receptive_field", [(stack,) for stack in stacks])
    assert_close(found, [seen_from_outputs(stack) for stack in stacks], cases=stacks)


@weight(4)
def test_stacks_with_dilation(student: Student, rng: Rng) -> None:
    """Size and jump of strided and dilated layers are those measured at the input.

    各层既有步幅又有空洞时，感受野和间隔与在输入处量出来的相同。
    """
    fixed: list[Stack] = [[(3, 1, 3)], [(1, 2, 3), (3, 1, 1)], [(3, 2, 2), (2, 3, 1), (3, 1, 3)]]
    fixed += [[(3, 2**31 + 1, 2**60 + 1), (1, 2**33, 9), (2, 5, 7)]]
    stacks = fixed + [_stack(rng, dilated=True) for _ in range(30)]
    found = student.run(answers, "receptive_field", [(stack,) for stack in stacks])
    assert_close(found, [seen_from_outputs(stack) for stack in stacks], cases=stacks)


@probe
def list_and_tuple(solution: Any, layers: list[Any]) -> tuple[list[Any], list[Any]]:
    """Hands over no layers, a list, a tuple and one layer twice, and returns the list as it is then."""
    found = [solution.receptive_field([]), solution.receptive_field(())]
    found += [solution.receptive_field(layers), solution.receptive_field(tuple(layers))]
    found.append(solution.receptive_field([layers[0], layers[0]]))
    return found, layers


@needs_value
@weight(2)
def test_no_layers_lists_and_tuples(student: Student, rng: Rng) -> None:
    """No layer sees one cell, a tuple of layers works as well as a list, and the list stays as it was.

    一层也没有时只看到一格；元组与列表同样可用；列表保持原样。
    """
    layers = [(3, 2, 2), *_stack(rng, dilated=True)[:2]]
    found, afterwards = student.run(list_and_tuple, layers)
    seen, twice = seen_from_outputs(layers), seen_from_outputs(layers[:1] * 2)
    assert_close(found, [(1, 1), (1, 1), seen, seen, twice], cases=range(5))
    require(afterwards == layers, "the function changed one of its arguments", "函数修改了自己的某个参数")


def _stack(rng: Rng, *, dilated: bool) -> Stack:
    """Draws one to four layers."""
    count = int(rng.integers(1, 5))
    columns = [rng.integers(1, high, count).tolist() for high in (5, 4, 4 if dilated else 2)]
    return list(zip(*columns, strict=True))
