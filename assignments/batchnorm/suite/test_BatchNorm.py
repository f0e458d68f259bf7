"""Batch normalisation as a module: parameters, buffers, counter and mode."""

from __future__ import annotations

from typing import Any

import torch
from batchnorm_oracle import gradients, life_spec, module_of, tight
from batchnorm_probes import (
    check_ending,
    check_gradients,
    check_refusals,
    inventory,
    module_gradients,
    module_lives,
    module_outputs,
    moved_module,
    small_module_batches,
)
from torch import Tensor

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

pytestmark = task("BatchNorm")


@visible
@weight(1)
def test_training_and_evaluation_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right: a training batch, then an evaluation.

    题目中的例子结果正确：先用一个批量训练，再评估。
    """
    first = torch.tensor([[1.0, 2.0], [3.0, 6.0]], dtype=torch.float64)
    second = torch.tensor([[3.0, 7.0]], dtype=torch.float64)
    case = {"features": 2, "options": {"momentum": 0.5, "eps": 1.0}, "start": None}
    found = student.run(module_outputs, [{**case, "steps": [(True, first), (False, second)]}])
    trained = torch.tensor([[-0.707107, -0.894427], [0.707107, 0.894427]], dtype=torch.float64)
    evaluated = torch.tensor([[1.264911, 2.132007]], dtype=torch.float64)
    assert_close(found, [[trained, evaluated]], atol=1e-6)


@weight(4)
def test_outputs_over_several_batches(student: Student, rng: Rng) -> None:
    """Training batches and evaluations between them give the right outputs, in modules that live side by side.

    多个模块同时存在时，训练的各个批量和穿插其间的评估都给出正确的输出。
    """
    modes = [True, False, True, True, False]
    cases = [_case(rng, shape, options, modes) for shape, options in _LIVES]
    expected = [[step["output"] for step in life_spec(case)] for case in cases]
    assert_close(student.run(module_outputs, cases), expected)


@weight(5)
def test_state_after_each_batch(student: Student, rng: Rng) -> None:
    """A loaded state is used, and outputs, buffers and the counter of the state are right after each batch.

    模块从加载的状态继续；每个批量之后，输出以及状态中的缓冲区和计数器都正确。
    """
    modes = [True, True, False, True, True, False]
    cases = []
    for shape, options in (*_LIVES, ((2, 3, 3), {"momentum": 0.0, "eps": 1e-3})):
        case = _case(rng, shape, options, modes)
        cases.append({**case, "start": _state(rng, shape[1], tracked=3, affine=options.get("affine", True))})
    assert_close(student.run(module_lives, cases), [life_spec(case) for case in cases])


@needs_value
@weight(3)
def test_new_module_holds_the_right_tensors(student: Student) -> None:
    """A new module has the right parameters, buffers and state, with and without the affine part.

    无论有没有仿射部分，新模块的参数、缓冲区和状态都正确。
    """
    buffers = {
        "running_mean": torch.zeros(3),
        "running_var": torch.ones(3),
        "num_batches_tracked": torch.tensor(0),
    }
    affine = {"weight": torch.ones(3), "bias": torch.zeros(3)}
    for options, parameters in (({}, affine), ({"affine": False}, {})):
        expected = {
            "parameters": parameters,
            "trainable": dict.fromkeys(parameters, True),
            "buffers": buffers,
            "state": {**parameters, **buffers},
            "is None": dict.fromkeys(affine, not parameters),
        }
        assert_close(student.run(inventory, 3, options), expected)


@needs_value
@weight(3)
def test_gradients_of_both_modes(student: Student, rng: Rng) -> None:
    """Random upstream gradients flow back to input, weight and bias; nothing flows back through the buffers.

    随机的上游梯度流回输入、权重和偏置；没有梯度经由缓冲区流回。
    """
    for shape in ((5, 3), (2, 3, 3, 3)):
        start = _state(rng, shape[1], tracked=3)
        x, later = tight(rng, *shape), tight(rng, *shape)
        cotangent = rng.normal(*shape, dtype=torch.float64)
        module = module_of(shape[1], len(shape), {"eps": 1e-3, "momentum": 0.3})
        module.load_state_dict(start)
        expected = []
        for training, batch in ((True, x), (False, later)):
            leaf = batch.clone().requires_grad_()
            output = module.train(training)(leaf)
            expected.append(tuple(gradients(output, cotangent, [leaf, module.weight, module.bias])))
        found, leak = student.run(module_gradients, start, x, later, cotangent)
        check_gradients(found, expected)
        assert_close(leak, torch.zeros_like(x))


@needs_value
@weight(2)
def test_module_moves_as_a_whole(student: Student, rng: Rng) -> None:
    """Moving the module to another device moves all its parts, and it works there.

    把模块移到另一个设备时，它的所有部分都跟着移动，并且能在那里工作。
    """
    places, ending = student.run(moved_module, rng.normal(4, 3))
    names = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    assert_close(places, dict.fromkeys(names, "meta"))
    check_ending(ending)


@needs_value
@weight(2)
def test_too_small_batches_are_refused_in_training(student: Student, rng: Rng) -> None:
    """Training with a single value per channel is a ValueError; one sample with more values is not.

    训练时每个通道只有一个值，要抛出 ValueError；只有一个样本但有更多的值，则不抛出。
    """
    one, pixel = rng.normal(1, 3, dtype=torch.float64), rng.normal(1, 2, 1, 1, dtype=torch.float64)
    image = rng.normal(1, 2, 2, 3, dtype=torch.float64)
    calls = [(one, True), (pixel, True), (image, True), (one, False)]
    check_refusals(student.run(small_module_batches, calls), ["refused"] * 2 + ["accepted"] * 2)


_LIVES: tuple[tuple[tuple[int, ...], dict[str, Any]], ...] = (
    ((5, 3), {"eps": 1e-3, "momentum": 0.3}),
    ((4, 3, 7), {"eps": 1e-3, "momentum": None}),
    ((3, 5, 2, 5), {"eps": 1e-3, "affine": False}),
    ((2, 5, 5, 5), {}),
)
"""The shape of the batches of a module, and how it is made."""


def _case(rng: Rng, shape: tuple[int, ...], options: dict[str, Any], modes: list[bool]) -> dict[str, Any]:
    steps = [(training, tight(rng, *shape)) for training in modes]
    return {"features": shape[1], "options": options, "start": None, "steps": steps}


def _state(rng: Rng, channels: int, tracked: int, affine: bool = True) -> dict[str, Tensor]:
    state = {
        "running_mean": rng.normal(channels, dtype=torch.float64),
        "running_var": rng.uniform(channels, low=0.001, high=0.01, dtype=torch.float64),
        "num_batches_tracked": torch.tensor(tracked),
    }
    if affine:
        state["weight"] = rng.uniform(channels, low=0.5, high=2.0, dtype=torch.float64)
        state["bias"] = rng.normal(channels, dtype=torch.float64)
    return state
