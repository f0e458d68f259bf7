"""Tests of `Node`: values and gradients of scalar computations, against torch in float64."""

from __future__ import annotations

from autograd_checks import F64, compare_nodes
from autograd_oracle import backward_spec, random_computation
from autograd_probes import built_in_stages, long_chain, propagate, with_numbers

from grader.suite import Rng, Student, assert_close, in_case, needs_value, require, task, visible, weight

pytestmark = task("Node")


def _check_operator(kind: str, works: bool) -> None:
    """Says which kind of operator does not work."""
    require(
        works or kind != "number on the right",
        "an operator does not work: number on the right",
        "有运算符不起作用：数在右边",
    )
    require(
        works or kind != "sum with a number on the left",
        "an operator does not work: sum with a number on the left",
        "有运算符不起作用：数在左边的加法",
    )
    require(
        works or kind != "difference with a number on the left",
        "an operator does not work: difference with a number on the left",
        "有运算符不起作用：数在左边的减法",
    )
    require(
        works or kind != "product with a number on the left",
        "an operator does not work: product with a number on the left",
        "有运算符不起作用：数在左边的乘法",
    )
    require(
        works or kind != "quotient with a number on the left",
        "an operator does not work: quotient with a number on the left",
        "有运算符不起作用：数在左边的除法",
    )


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    answer = student.run(propagate, [3.0, 2.0], [("mul", 0, 1), ("pow", 0, 2), ("add", 2, 3)], [4])
    assert_close(answer["values"], [3.0, 2.0, 6.0, 9.0, 15.0], cases=range(5))
    assert_close(answer["grads"][0], [8.0, 3.0, 1.0, 1.0, 1.0], cases=range(5))
    leaf = student.run(propagate, [5.0], [], [0, 0])
    assert_close([leaf["grads"][0][0], leaf["grads"][1][0]], [1.0, 2.0], cases=range(2))


@weight(4)
def test_random_computations(student: Student, rng: Rng) -> None:
    """Values and gradients of computations with shared nodes agree with those of torch.

    含有共用节点的计算，其值和梯度与 torch 的一致。
    """
    for size in (3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 19, 22, 26, 26):
        starts, instructions = random_computation(rng, 4, size)
        root = len(starts) + size - 1
        answer = student.run(propagate, starts, instructions, [root])
        compare_nodes(answer, backward_spec(starts, instructions, [root]), atol=1e-9)


@needs_value
@weight(2)
def test_several_backward_passes(student: Student, rng: Rng) -> None:
    """Over several passes leaves add up their gradients, others hold the last one; also when nodes are added between.

    多次反向传播时，叶子累加梯度，其他节点保存最后一次的梯度；中途增加节点时也一样。
    """
    starts = rng.uniform(3, low=0.5, high=1.5, dtype=F64).tolist()
    shared = [("mul", 0, 1), ("add", 3, 0), ("mul", 4, 3), ("tanh", 5, None), ("mul", 6, 2)]
    cases = [(starts, shared, [7, 7]), (starts, shared, [7, 4, 7, 0]), (starts[:1], [], [0, 0])]
    answers = [student.run(propagate, *case) for case in cases]
    for number, (answer, case) in enumerate(zip(answers, cases, strict=True), 1):
        with in_case(number, len(cases)):
            compare_nodes(answer, backward_spec(*case))
    stages = [([("mul", 0, 1), ("add", 3, 0)], [4]), ([("mul", 4, 3), ("add", 5, 2)], [6, 4]), ([], [6])]
    instructions = [step for steps, _ in stages for step in steps]
    expected = backward_spec(starts, instructions, [4, 6, 4, 6])
    expected["grads"][0] = expected["grads"][0][:5]  # the others are made later
    answers = student.run(built_in_stages, starts, stages, 5)
    for number, answer in enumerate(answers, 1):
        with in_case(number, len(answers)):
            compare_nodes(answer, expected)


@needs_value
@weight(1)
def test_numbers_on_either_side(student: Student, rng: Rng) -> None:
    """Nodes can be combined with floats and ints, also 0 and negative ones, on either side of each operator.

    节点可以与 float 和 int 运算（也可以是 0 或负数），数在各运算符的右边或左边都可以。
    """
    value, number = rng.uniform(2, low=1.5, high=3.0, dtype=F64).tolist()
    numbers = [number, 4, 0, 0.0, -3, -0.37, 1]
    expected = {
        "number on the right": [
            pair
            for n in numbers
            for pair in ((value + n, 1), (value - n, 1), (value * n, n), (value / (n or 1), 1 / (n or 1)))
        ],
        "sum with a number on the left": [(n + value, 1) for n in numbers],
        "difference with a number on the left": [(n - value, -1) for n in numbers],
        "product with a number on the left": [(n * value, n) for n in numbers],
        "quotient with a number on the left": [(n / value, -n / value**2) for n in numbers],
    }
    answers = {kind: student.run(with_numbers, kind, value, numbers) for kind in expected}
    for kind, answer in answers.items():
        _check_operator(kind, answer != "not supported")
        assert_close(
            answer["values"], [float(result) for result, _ in expected[kind]], cases=range(len(expected[kind]))
        )
        assert_close(answer["grads"], [float(slope) for _, slope in expected[kind]], cases=range(len(expected[kind])))


@needs_value
@weight(1)
def test_repeated_operands_and_special_points(student: Student, rng: Rng) -> None:
    """One node as both operands, relu at zero and below it, and powers of zero and of negative numbers are right.

    同一个节点充当两个操作数、relu 在零处和零以下、零和负数的幂，结果都正确。
    """
    value = rng.uniform(low=1.5, high=2.5, dtype=F64).item()
    cases = [([value], [(name, 0, 0)], [1]) for name in ("mul", "add", "sub", "div")]
    cases += [([start], [("relu", 0, None)], [1]) for start in (0.0, -value)]
    cases += [([0.0], [("pow", 0, 2)], [1]), ([-value], [("pow", 0, 3)], [1]), ([-value], [("pow", 0, -1)], [1])]
    cases += [([value], [("pow", 0, c)], [1]) for c in (1, -0.37, 1.3)] + [([0.0, value], [("mul", 0, 1)], [2])]
    answers = [student.run(propagate, *case) for case in cases]
    for number, (answer, case) in enumerate(zip(answers, cases, strict=True), 1):
        with in_case(number, len(cases)):
            compare_nodes(answer, backward_spec(*case))


@needs_value
@weight(1)
def test_long_chain(student: Student, rng: Rng) -> None:
    """Thousands of operations in a row can be gone back through, and so can 2 to the power of 40 paths.

    几千次运算连成的链、2 的 40 次方条路径，都能反向走完。
    """
    start, number = rng.uniform(2, low=0.5, high=1.5, dtype=F64).tolist()
    answer = student.run(long_chain, start, number, 5000, 40)
    assert_close(answer["value"], 2**40 * (start + 5000 * number))
    assert_close(answer["grads"], [2.0**40, 1.0], cases=range(2))
