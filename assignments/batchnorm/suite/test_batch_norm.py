"""Batch normalisation as a function: what is normalised with what, and what happens to the buffers."""

from __future__ import annotations

from typing import Any

import torch
from batchnorm_oracle import (
    BUT_DEVICES,
    SHAPES,
    SINGLES,
    norm_gradients_spec,
    norm_spec,
    tight,
    training_spec,
    uneven,
    uneven_vector,
)
from batchnorm_probes import (
    answers,
    check_gradients,
    check_leak,
    check_refusals,
    check_steps,
    norm_defaults,
    norm_gradients,
    norm_steps,
    small_batches,
)
from torch import Tensor

from grader.suite import (
    Rng,
    Student,
    assert_close,
    assert_keeps_promises,
    in_case,
    needs_value,
    task,
    visible,
    weight,
)

pytestmark = task("batch_norm")

_AFFINE = ((True, True), (False, False), (True, False), (False, True))
"""Whether there is a weight and a bias; one of these for each shape."""


@visible
@weight(1)
def test_training_step_from_the_statement(student: Student) -> None:
    """The training step of the statement comes out right, output and buffers.

    题目中训练那一步的结果正确，输出和缓冲区都对。
    """
    x = torch.tensor([[1.0, 2.0], [3.0, 6.0]], dtype=torch.float64)
    case = _case([(True, x)], torch.tensor([[0.0, 1.0], [0.0, 1.0]], dtype=torch.float64), momentum=0.1, eps=1e-5)
    output = torch.tensor([[-0.999995, -0.999999], [0.999995, 0.999999]], dtype=torch.float64)
    buffers = torch.tensor([[0.2, 1.1], [0.4, 1.7]], dtype=torch.float64)
    check_steps(student.run(norm_steps, [case]), [case], [[(output, buffers)]], atol=1e-6)


@visible
@weight(1)
def test_evaluation_from_the_statement(student: Student) -> None:
    """The evaluation of the statement comes out right.

    题目中评估的例子结果正确。
    """
    mean, var = torch.tensor([1.0, 4.0]), torch.tensor([3.0, 8.0])
    gamma, beta = torch.tensor([2.0, 1.0]), torch.tensor([0.0, 1.0])
    found = student.batch_norm(torch.tensor([[3.0, 10.0]]), mean, var, gamma, beta, eps=1.0)
    assert_close(found, torch.tensor([[2.0, 3.0]]))


@weight(6)
def test_training_normalises_with_the_batch(student: Student, rng: Rng) -> None:
    """Training normalises with the batch and moves both buffers in their own memory, batch after batch.

    训练时用当前批量规范化，并且每来一个批量，都在两个缓冲区自己的内存里更新它们。
    """
    cases = [
        _random_case(rng, shape, affine, torch.float64, [True, True, True])
        for shape, affine in zip((*SHAPES, *SINGLES), (*_AFFINE, *_AFFINE, *_AFFINE[:2]), strict=True)
    ]
    check_steps(student.run(norm_steps, cases), cases, [training_spec(case) for case in cases])


@weight(5)
def test_evaluation_uses_the_buffers(student: Student, rng: Rng) -> None:
    """Evaluation uses the buffers only and leaves them alone, also between training steps and for single samples.

    评估时只使用缓冲区，也不改变它们；在训练步之间评估、只有单个样本时也是如此。
    """
    cases = [
        _random_case(rng, shape, affine, torch.float64, [False, True, False])
        for shape, affine in zip(SHAPES, _AFFINE[::-1], strict=True)
    ]
    for shape in ((1, 3), (1, 3, 1, 1), (1, 1), *SINGLES):
        cases.append(_random_case(rng, shape, (True, True), torch.float64, [False]))
    check_steps(student.run(norm_steps, cases), cases, [training_spec(case) for case in cases])


@needs_value
@weight(7)
def test_gradients_of_both_modes(student: Student, rng: Rng) -> None:
    """Random upstream gradients flow back to input, weight and bias; nothing flows back through the buffers.

    随机的上游梯度流回输入、权重和偏置；没有梯度经由缓冲区流回。
    """
    cases = []
    shapes, given = (*SHAPES, SHAPES[1], SINGLES[-1]), (*_AFFINE, _AFFINE[0], _AFFINE[0])
    for shape, (has_weight, has_bias) in zip(shapes, given, strict=True):
        for training in (True, False):
            drawn = _random_case(rng, shape, (has_weight, has_bias), torch.float64, [training, False])
            (_, x), (_, later) = drawn.pop("steps")
            cotangent = rng.normal(*shape, dtype=torch.float64)
            cases.append({**drawn, "training": training, "x": x, "later": later, "cotangent": cotangent})
    found = student.run(norm_gradients, cases)
    for number, ((parts, leak), case) in enumerate(zip(found, cases, strict=True), 1):
        with in_case(number, len(cases), case["x"]):
            check_gradients(parts, norm_gradients_spec(case))
            check_leak(leak)


@needs_value
@weight(3)
def test_too_small_batches_are_refused_in_training(student: Student, rng: Rng) -> None:
    """Training with a single value per channel is a ValueError; one sample with more values is not.

    训练时每个通道只有一个值，要抛出 ValueError；只有一个样本但有更多的值，则不抛出。
    """
    one, pixel = rng.normal(1, 3, dtype=torch.float64), rng.normal(1, 2, 1, 1, dtype=torch.float64)
    signal, image = rng.normal(1, 3, 2, dtype=torch.float64), rng.normal(1, 2, 2, 3, dtype=torch.float64)
    calls = [(one, True), (pixel, True), (signal, True), (image, True), (one, False), (pixel, False)]
    check_refusals(student.run(small_batches, calls), ["refused"] * 2 + ["accepted"] * 4, calls)


@needs_value
@weight(2)
def test_extreme_settings_and_views(student: Student, rng: Rng) -> None:
    """Momentum 0 and 1, `eps=0`, channels without spread, tiny, huge, float32, views and the defaults are right.

    `momentum` 为 0 和 1、`eps=0`、所有值都相等的通道、极小和极大的数、float32、视图以及默认设置，结果都正确。
    """
    cases = [
        {**_random_case(rng, (3, 2, 4), (True, True), torch.float64, [True, True]), "momentum": momentum}
        for momentum in (0.0, 1)
    ]
    cases.append({**_random_case(rng, (3, 2, 4), (True, True), torch.float64, [True, False]), "eps": 0.0})
    flat = rng.normal(1, 3, dtype=torch.float64).float().double().expand(4, 3)
    cases.append({**_random_case(rng, (4, 3), (True, True), torch.float64, []), "steps": [(True, flat)]})
    strided = tight(rng, 4, 5, 3).transpose(1, 2)
    cases.append({**_random_case(rng, (4, 3, 5), (True, True), torch.float64, []), "steps": [(True, strided)]})
    cases.append(_random_case(rng, (1, 2, 2, 3), (True, True), torch.float64, [True]))
    cases += [_uneven_case(rng, [False, True, False]), _uneven_case(rng, [True], eps=0.37)]
    shared = uneven_vector(rng, 4)
    cases.append(_case([(False, uneven(rng, 2, 4))], _uneven_buffers(rng), weight=shared, bias=shared))
    check_steps(student.run(norm_steps, cases), cases, [training_spec(case) for case in cases])
    coarse = [_random_case(rng, (3, 5, 2, 5), (True, True), torch.float32, [True, False])]
    found = student.run(norm_steps, coarse)
    check_steps(found, coarse, [training_spec(case) for case in coarse], rtol=1e-3, atol=2e-4)
    x, buffers = tight(rng, 2, 3), _buffers(rng, 3, torch.float64)
    defaults = [_case([(training, x)], buffers, momentum=0.1, eps=1e-5) for training in (False, True, True)]
    check_steps(student.run(norm_defaults, x, buffers), defaults, [training_spec(case) for case in defaults])


@needs_value
@weight(1)
def test_promises(student: Student, rng: Rng) -> None:
    """The rules hold: views, both precisions, the inputs' device, also without weight and bias; only buffers change.

    规则都满足：视图、两种精度、输入所在的设备，不给权重和偏置时也一样；只有缓冲区会改变。
    """
    mean, var = rng.normal(2, dtype=torch.float64), rng.uniform(2, low=0.5, high=2.0, dtype=torch.float64)
    x, gamma, beta = rng.normal(3, 2, 2, 1, 2, dtype=torch.float64), mean + 3.0, var - 1.0
    buffers = ("running_mean", "running_var")
    for given, without in (((gamma, beta), ("gradients",)), ((None, None), BUT_DEVICES)):
        args = [x, mean, var, *given, True, 0.37, 1e-3]
        assert_keeps_promises(student, "batch_norm", norm_spec, args, rng=rng, changes=buffers, without=without)
    found = student.run(answers, "batch_norm", [(x, mean, var, mean, mean, False, 0.37, 1e-3)])
    assert_close(found, [norm_spec(x, mean, var, mean, mean, False, 0.37, 1e-3)], cases=[x])


def _case(
    steps: list[tuple[bool, Tensor]],
    buffers: Tensor,
    momentum: float = 0.37,
    eps: float = 1e-3,
    **affine: Tensor | None,
) -> dict[str, Any]:
    return {
        "steps": steps,
        "buffers": buffers,
        "momentum": momentum,
        "eps": eps,
        "weight": None,
        "bias": None,
        **affine,
    }


def _buffers(rng: Rng, channels: int, dtype: torch.dtype) -> Tensor:
    return torch.stack([rng.normal(channels, dtype=dtype), rng.uniform(channels, low=0.001, high=0.01, dtype=dtype)], 1)


def _random_case(
    rng: Rng, shape: tuple[int, ...], affine: tuple[bool, bool], dtype: torch.dtype, modes: list[bool]
) -> dict[str, Any]:
    gamma, beta = rng.uniform(shape[1], low=0.5, high=2.0, dtype=dtype), rng.normal(shape[1], dtype=dtype)
    return _case(
        [(training, tight(rng, *shape, dtype=dtype)) for training in modes],
        _buffers(rng, shape[1], dtype),
        weight=gamma if affine[0] else None,
        bias=beta if affine[1] else None,
    )


def _uneven_buffers(rng: Rng) -> Tensor:
    """Draws buffers of four channels, none like the channel of `uneven` that it belongs to."""
    var = torch.tensor([0.37, 0.0, 2e-5, 4e4], dtype=torch.float64)
    return torch.stack([uneven_vector(rng, 4, shift=1), var], 1)


def _uneven_case(rng: Rng, modes: list[bool], eps: float = 1e-3) -> dict[str, Any]:
    steps = [(training, uneven(rng, 5, 4)) for training in modes]
    both = torch.stack([uneven_vector(rng, 4, shift=2), uneven_vector(rng, 4, shift=3)], 1)
    affine = {"weight": both[:, 0], "bias": both[:, 1]}
    return _case(steps, _uneven_buffers(rng), eps=eps, **affine)
