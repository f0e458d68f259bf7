"""Tests of `Node`: values and gradients of scalar computations, against torch in float64."""

from __future__ import annotations

from autograd_checks import F64
from autograd_oracle import backward_spec, random_computation
from autograd_probes import long_chain, propagate, with_number

from grader.suite import Rng, Student, assert_close, needs_value, require, task, visible, weight

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
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    answer = student.run(propagate, [3.0, 2.0], [("mul", 0, 1), ("pow", 0, 2), ("add", 2, 3)], [4])
    assert_close(answer, {"values": [3.0, 2.0, 6.0, 9.0, 15.0], "grads": [[8.0, 3.0, 1.0, 1.0, 1.0]]})


@weight(4)
def test_random_computations(student: Student, rng: Rng) -> None:
    """Values and gradients of computations with shared nodes agree with those of torch.

    含有共用节点的计算，其值和梯度与 torch 的一致。
    """
    for size in (3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 19, 22, 26, 26):
        starts, instructions = random_computation(rng, 4, size)
        root = len(starts) + size - 1
        answer = student.run(propagate, starts, instructions, [root])
        assert_close(answer, backward_spec(starts, instructions, [root]), atol=1e-9)


@needs_value
@weight(2)
def test_several_backward_passes(student: Student, rng: Rng) -> None:
    """Over several passes leaves add up their gradients, and other nodes hold that of the last pass to reach them.

    多次反向传播时，叶子累加自己的梯度，其他节点保存的是最后一次传到它的梯度。
    """
    starts = rng.uniform(3, low=0.5, high=1.5, dtype=F64).tolist()
    shared = [("mul", 0, 1), ("add", 3, 0), ("mul", 4, 3), ("tanh", 5, None), ("mul", 6, 2)]
    cases = [(starts, shared, [7, 7]), (starts, shared, [7, 4, 7, 0]), (starts[:1], [], [0, 0])]
    answers = [student.run(propagate, *case) for case in cases]
    for answer, case in zip(answers, cases, strict=True):
        assert_close(answer, backward_spec(*case))


@needs_value
@weight(1)
def test_numbers_on_either_side(student: Student, rng: Rng) -> None:
    """Nodes can be combined with floats and ints, on the right and on the left of each operator.

    节点可以与 float 和 int 运算，数在各运算符的右边或左边都可以。
    """
    value, number = rng.uniform(2, low=1.5, high=3.0, dtype=F64).tolist()
    for n in (number, 4):
        right = "number on the right"
        grads = {right: [1.0, 1.0, float(n), 1 / n]}
        values = {right: [value + n, value - n, value * n, value / n]}
        for name, result, slope in (
            ("sum", n + value, 1.0),
            ("difference", n - value, -1.0),
            ("product", n * value, float(n)),
            ("quotient", n / value, -n / value**2),
        ):
            kind = f"{name} with a number on the left"
            values[kind], grads[kind] = [result], [slope]
        answers = {kind: student.run(with_number, kind, value, n) for kind in values}
        for kind, answer in answers.items():
            _check_operator(kind, answer != "not supported")
            assert_close(answer, {"values": values[kind], "grads": grads[kind]})


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
    answers = [student.run(propagate, *case) for case in cases]
    for answer, case in zip(answers, cases, strict=True):
        assert_close(answer, backward_spec(*case))


@needs_value
@weight(1)
def test_long_chain(student: Student, rng: Rng) -> None:
    """Thousands of operations in a row can be gone back through.

    几千次运算连成的链也能反向走完。
    """
    start, number = rng.uniform(2, low=0.5, high=1.5, dtype=F64).tolist()
    answer = student.run(long_chain, start, number, 5000, 3)
    assert_close(answer, {"value": 8 * (start + 5000 * number), "grads": [8.0, 1.0]}, rtol=1e-9)
