"""Tests of `SwishFn`: values, first and second derivatives, and how the input is saved."""

from __future__ import annotations

import torch
from autograd_checks import F64, compare_parts
from autograd_oracle import swish_spec
from autograd_probes import (
    swish,
    swish_after_change,
    swish_gradient,
    swish_in_turn,
    swish_twice,
    swish_without_graph,
    swished,
)

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

pytestmark = task("SwishFn")


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    x, upstream = torch.tensor([0.0, 1.0, -2.0], dtype=F64), torch.tensor([4.0, 1.0, 1.0], dtype=F64)
    expected = {"y": [0.0, 0.880797, -0.035972], "gradient": [2.0, 1.090784, -0.052665]}
    answer = student.run(swish_gradient, x, 2.0, upstream)
    for key, value in expected.items():
        assert_close(answer[key], torch.tensor(value, dtype=F64), atol=2e-6)
    half = student.run(swish_gradient, x, 0.0, upstream)
    assert_close(half["y"], x / 2)
    assert_close(half["gradient"], upstream / 2)


@weight(2)
def test_values(student: Student, rng: Rng) -> None:
    """The values follow the formula for several β, and for inputs of large magnitude.

    对多个 β 以及绝对值很大的输入，值都符合公式。
    """
    for beta in (0.5, 1.0, 2.0, -1.37, 0.0):
        x = torch.cat([rng.normal(6, dtype=F64), rng.uniform(6, low=-100.0, high=100.0, dtype=F64)])
        assert_close(student.run(swished, x, beta), x * torch.sigmoid(beta * x))


@weight(3)
def test_gradient(student: Student, rng: Rng) -> None:
    """The gradient for a random upstream gradient follows the formula for several β.

    对多个 β 和随机的上游梯度，梯度都符合公式。
    """
    for beta, shape in ((0.5, (5,)), (1.0, (3, 4)), (2.0, (2, 2)), (-1.37, (3, 1)), (0.0, (1, 3))):
        x, upstream, second = (rng.normal(*shape, dtype=F64) for _ in range(3))
        expected = swish_spec(x, beta, upstream, second)
        answer = student.run(swish_gradient, x, beta, upstream)
        compare_parts(answer, {key: expected[key] for key in ("y", "gradient")})


@needs_value
@weight(3)
def test_second_derivative(student: Student, rng: Rng) -> None:
    """The gradient can be differentiated again, with respect to the input and to the upstream gradient.

    求得的梯度可以再次求导，既对输入，也对上游梯度。
    """
    for beta, shape in ((0.5, (4,)), (-1.37, (2, 3))):
        x, upstream, second = (rng.normal(*shape, dtype=F64) for _ in range(3))
        answer = student.run(swish_twice, x, beta, upstream, second)
        require(
            isinstance(answer["to_upstream"], torch.Tensor),
            "the gradient depends on nothing: it is a constant",
            "梯度不依赖任何东西：它是常数",
        )
        require(
            isinstance(answer["to_x"], torch.Tensor), "the gradient does not depend on the input x", "梯度不依赖输入 x"
        )
        compare_parts(answer, swish_spec(x, beta, upstream, second))


@needs_value
@weight(1.5)
def test_change_between_forward_and_backward_is_noticed(student: Student, rng: Rng) -> None:
    """Autograd refuses to go back when the input was changed in place after the forward pass.

    前向之后输入被原地修改时，自动求导会拒绝反向传播。
    """
    base, upstream = rng.normal(4, dtype=F64), rng.normal(4, dtype=F64)
    answer = student.run(swish_after_change, base, 1.5, upstream)
    require(
        answer == "refused",
        "a change of the input between forward and backward goes unnoticed by autograd",
        "输入在前向和反向之间被修改，自动求导却没有察觉",
    )


@needs_value
@weight(1.5)
def test_special_inputs(student: Student, rng: Rng) -> None:
    """Views, large magnitudes, empty inputs, inputs without dimensions or without grad, and float32 work.

    视图、绝对值很大的输入、没有元素的输入、零维或不需要梯度的输入以及 float32 都能处理。
    """
    large = torch.tensor([-1000.0, -30.0, 0.0, 30.0, 1000.0], dtype=F64, device=student.device)
    cases = [(rng.normal(3, 4).T, 0.5), (rng.normal(6, dtype=F64)[::2], 2.0), (rng.normal(), 1.0), (large, 1.0)]
    cases += [(rng.spread(7, dtype=F64), 0.013), (large * 2.7, -0.37), (rng.normal(0, 3, dtype=F64), 2.0)]
    for x, beta in cases:
        upstream, second = (rng.normal(*x.shape, dtype=x.dtype) for _ in range(2))
        expected = swish_spec(x.double(), beta, upstream.double(), second.double())
        answer = student.run(swish_twice, x, beta, upstream, second)
        narrowed = {key: value.to(x.dtype) for key, value in expected.items()}
        compare_parts(answer, narrowed, atol=None if x.dtype == F64 else 1e-5)
    for x in (rng.normal(3, 4, dtype=F64).T, rng.normal(0, 3)):
        answer = student.run(swish_without_graph, x, 2.0)
        compare_parts(answer, {"y": x * torch.sigmoid(2.0 * x), "attached": False, "x": x})


@needs_value
@weight(2)
def test_several_applications_in_turn(student: Student, rng: Rng) -> None:
    """Applications with different β are independent, also when all values are made before the first gradient.

    β 不同的多次应用互不影响，即使先算完所有的值，再求第一个梯度。
    """
    x, upstream = rng.normal(3, 4, dtype=F64), rng.normal(3, 4, dtype=F64)
    same = torch.ones(1, 1, dtype=F64, device=student.device).expand(3, 4)
    cases = [
        (x, 0.37, upstream),
        (x, -1.3, upstream),
        (x.flip(0), 0.37, same),
        (x.T, 2.0, upstream.flip(1).T),
    ]
    cases += [(rng.spread(7, dtype=F64), 0.013, rng.spread(7, dtype=F64).flip(0)), (x[:0], 2.0, upstream[:0])]
    cases += [(x[:, :1], 0.7, upstream[:, :1]), (x[:1], 0.7, upstream[:1]), (x[:2, :2], 0.7, upstream[:2, :2])]
    answers = student.run(swish_in_turn, cases)
    for number, (answer, (x, beta, upstream)) in enumerate(zip(answers, cases, strict=True), 1):
        with in_case(number, len(cases), cases[number - 1]):
            expected = swish_spec(x, beta, upstream, upstream)
            assert_close(answer["y"], expected["y"])
            for gradient in answer["gradients"]:
                assert_close(gradient, expected["gradient"])


@needs_value
@weight(1)
def test_rules_hold(student: Student, rng: Rng) -> None:
    """The rules hold: views, dtypes, devices, unchanged arguments and settings.

    遵守规则：视图、dtype、设备，参数和设置保持不变。
    """

    def spec(x: torch.Tensor, beta: float) -> torch.Tensor:
        return x * torch.sigmoid(beta * x)

    args = rng.normal(3, 4), -1.37
    assert_keeps_promises(student, swish, spec, args, rng=rng, without=("gradients off",), atol=1e-5)
