"""Tests of `SwishFn`: values, first and second derivatives, and how the input is saved."""

from __future__ import annotations

import torch
from autograd_checks import F64
from autograd_oracle import swish_spec
from autograd_probes import swish_after_change, swish_gradient, swish_twice, swish_without_graph, swished

from grader.suite import Rng, Student, assert_close, needs_value, require, task, visible, weight

pytestmark = task("SwishFn")


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    x, upstream = torch.tensor([0.0, 1.0, -2.0], dtype=F64), torch.tensor([4.0, 1.0, 1.0], dtype=F64)
    expected = {"y": [0.0, 0.880797, -0.035972], "gradient": [2.0, 1.090784, -0.052665]}
    answer = student.run(swish_gradient, x, 2.0, upstream)
    assert_close(answer, {key: torch.tensor(value, dtype=F64) for key, value in expected.items()}, atol=2e-6)


@weight(2)
def test_values(student: Student, rng: Rng) -> None:
    """The values follow the formula for several β, and for inputs of large magnitude.

    对多个 β 以及绝对值很大的输入，值都符合公式。
    """
    for beta in (0.5, 1.0, 2.0, -1.5):
        x = torch.cat([rng.normal(6, dtype=F64), rng.uniform(6, low=-100.0, high=100.0, dtype=F64)])
        assert_close(student.run(swished, x, beta), x * torch.sigmoid(beta * x))


@weight(3)
def test_gradient(student: Student, rng: Rng) -> None:
    """The gradient for a random upstream gradient follows the formula for several β.

    对多个 β 和随机的上游梯度，梯度都符合公式。
    """
    for beta, shape in ((0.5, (5,)), (1.0, (3, 4)), (2.0, (2, 3)), (-1.5, (4,))):
        x, upstream, second = (rng.normal(*shape, dtype=F64) for _ in range(3))
        expected = swish_spec(x, beta, upstream, second)
        answer = student.run(swish_gradient, x, beta, upstream)
        assert_close(answer, {key: expected[key] for key in ("y", "gradient")})


@needs_value
@weight(3)
def test_second_derivative(student: Student, rng: Rng) -> None:
    """The gradient can be differentiated again, with respect to the input and to the upstream gradient.

    求得的梯度可以再次求导，既对输入，也对上游梯度。
    """
    for beta, shape in ((0.5, (4,)), (2.0, (2, 3))):
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
        assert_close(answer, swish_spec(x, beta, upstream, second))


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
    for x, beta in ((rng.normal(3, 4).T, 0.5), (rng.normal(6, dtype=F64)[::2], 2.0), (rng.normal(), 1.0), (large, 1.0)):
        upstream, second = (rng.normal(*x.shape, dtype=x.dtype) for _ in range(2))
        expected = swish_spec(x.double(), beta, upstream.double(), second.double())
        answer = student.run(swish_twice, x, beta, upstream, second)
        assert_close(
            answer, {key: value.to(x.dtype) for key, value in expected.items()}, atol=None if x.dtype == F64 else 1e-5
        )
    for x in (rng.normal(3, 4, dtype=F64).T, rng.normal(0, 3)):
        answer = student.run(swish_without_graph, x, 2.0)
        assert_close(answer, {"y": x * torch.sigmoid(2.0 * x), "attached": False, "x": x})
