"""Batch normalisation as a module: parameters, buffers, counter and mode."""

from __future__ import annotations

from typing import Any

import torch
from batchnorm_oracle import SINGLES, life_spec, module_gradients_spec, module_step_spec, tight, uneven
from batchnorm_probes import (
    are_close,
    check_ending,
    check_gradients,
    check_leak,
    check_refusals,
    inventory,
    module_gradients,
    module_lives,
    module_outputs,
    module_step,
    moved_module,
    small_module_batches,
)
from torch import Tensor

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

pytestmark = task("BatchNorm")


@visible
@weight(1)
def test_training_and_evaluation_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right: a training batch, then an evaluation.

    题目中的例子结果正确：先用一个批量训练，再评估。
    """
    first = torch.tensor([[1.0, 2.0], [3.0, 6.0]], dtype=torch.float64)
    second = torch.tensor([[3.0, 7.0]], dtype=torch.float64)
    case = {"features": 2, "args": [], "options": {"momentum": 0.5, "eps": 1.0}, "start": None}
    (found,) = student.run(module_outputs, [{**case, "steps": [(True, first), (False, second)]}])
    trained = torch.tensor([[-0.707107, -0.894427], [0.707107, 0.894427]], dtype=torch.float64)
    evaluated = torch.tensor([[1.264911, 2.132007]], dtype=torch.float64)
    assert_close(found, [trained, evaluated], atol=1e-6, cases=[first, second])


@weight(4)
def test_outputs_over_several_batches(student: Student, rng: Rng) -> None:
    """Training batches and evaluations between them give the right outputs, in modules that live side by side.

    多个模块同时存在时，训练的各个批量和穿插其间的评估都给出正确的输出。
    """
    modes = [True, False, True, True, False]
    cases = [_case(rng, *life, modes) for life in _LIVES]
    found = student.run(module_outputs, cases)
    for number, (outputs, case) in enumerate(zip(found, cases, strict=True), 1):
        with in_case(number, len(cases), case["steps"][0]):
            for output, step in zip(outputs, life_spec(case), strict=True):
                assert_close(output, step["output"])


@weight(5)
def test_state_after_each_batch(student: Student, rng: Rng) -> None:
    """A loaded state is used, and outputs, buffers and the counter of the state are right after each batch.

    模块从加载的状态继续；每个批量之后，输出以及状态中的缓冲区和计数器都正确。
    """
    cases = []
    lives = [(life, [True, True, False, True]) for life in _LIVES] + [(life, [True, False]) for life in _EXTREME_LIVES]
    for (shape, args, options), modes in lives:
        case = _case(rng, shape, args, options, modes)
        is_affine = options.get("affine", args[-1] if len(args) == 3 else True)
        cases.append({**case, "start": _state(rng, shape[1], tracked=3, affine=is_affine)})
    cases += [_case(rng, (3, 2, 2), [], {"momentum": None}, [True, True]) for _ in range(2)]
    cases.append({**_case(rng, (5, 4), [], {}, []), "steps": [(True, uneven(rng, 5, 4)), (False, uneven(rng, 5, 4))]})
    found = student.run(module_lives, cases)
    for number, (trail, case) in enumerate(zip(found, cases, strict=True), 1):
        with in_case(number, len(cases), case["steps"][0]):
            for got, want in zip(trail, life_spec(case), strict=True):
                assert_close(got.pop("output"), want.pop("output"))
                _check_state(got, want)


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
    for options, parameters in (({}, affine), ({"affine": True}, affine), ({"affine": False}, {})):
        found = student.run(inventory, 3, options)
        require(
            found["is None"] == dict.fromkeys(affine, not parameters),
            "`weight` and `bias` are to be None without the affine part, and only then",
            "没有仿射部分时 `weight` 和 `bias` 应当是 None，否则不是",
        )
        is_trainable = found["trainable"] == dict.fromkeys(parameters, True)
        require(is_trainable, "the module has other parameters than it should have", "模块的参数与应有的不同")
        require(
            _are_same(found["parameters"], parameters),
            "the parameters of a new module have wrong numbers, shapes or dtypes",
            "新模块的参数，其数值、形状或 dtype 不对",
        )
        require(
            found["buffers"].keys() == buffers.keys(),
            "the module has other buffers than it should have",
            "模块的缓冲区与应有的不同",
        )
        _check_state(found["state"], {**parameters, **buffers})


@needs_value
@weight(3)
def test_gradients_of_both_modes(student: Student, rng: Rng) -> None:
    """Random upstream gradients flow back to input, weight and bias; nothing flows back through the buffers.

    随机的上游梯度流回输入、权重和偏置；没有梯度经由缓冲区流回。
    """
    cases = []
    for shape, options in (((5, 3), {"eps": 1e-3}), ((2, 3, 3, 3), {"eps": 0.37}), ((3, 2, 2), {"affine": False})):
        start = _state(rng, shape[1], tracked=3, affine=options.get("affine", True))
        x, later, cotangent = tight(rng, *shape), tight(rng, *shape), rng.normal(*shape, dtype=torch.float64)
        cases.append({"options": options, "start": start, "x": x, "later": later, "cotangent": cotangent})
    found = student.run(module_gradients, cases)
    for number, ((modes, leak), case) in enumerate(zip(found, cases, strict=True), 1):
        with in_case(number, len(cases), case["x"]):
            for parts, want in zip(modes, module_gradients_spec(case), strict=True):
                check_gradients(parts, want)
            check_leak(leak)


@needs_value
@weight(2)
def test_module_moves_as_a_whole(student: Student, rng: Rng) -> None:
    """Moving the module to another device moves all its parts, and it works there.

    把模块移到另一个设备时，它的所有部分都跟着移动，并且能在那里工作。
    """
    places, ending = student.run(moved_module, rng.normal(4, 3))
    names = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    moves = places == dict.fromkeys(names, "meta")
    require(moves, "a part of the module stays where it was", "模块的某个部分留在了原处")
    check_ending(ending)


@needs_value
@weight(1)
def test_promises(student: Student, rng: Rng) -> None:
    """The rules hold: views, both precisions, the input's device, an input that stays as it was.

    规则都满足：视图、两种精度、输入所在的设备、输入保持原样。
    """
    gamma, beta = rng.uniform(3, low=0.5, high=2.0, dtype=torch.float64), rng.normal(3, dtype=torch.float64)
    x = rng.normal(2, 3, 2, 1, 2, dtype=torch.float64)
    args = [x, True, gamma, beta]
    assert_keeps_promises(student, module_step, module_step_spec, args, rng=rng, without=("gradients",))


@needs_value
@weight(2)
def test_too_small_batches_are_refused_in_training(student: Student, rng: Rng) -> None:
    """Training with a single value per channel is a ValueError; one sample with more values is not.

    训练时每个通道只有一个值，要抛出 ValueError；只有一个样本但有更多的值，则不抛出。
    """
    one, pixel = rng.normal(1, 3, dtype=torch.float64), rng.normal(1, 2, 1, 1, dtype=torch.float64)
    image = rng.normal(1, 2, 2, 3, dtype=torch.float64)
    calls = [(one, True), (pixel, True), (image, True), (one, False)]
    check_refusals(student.run(small_module_batches, calls), ["refused"] * 2 + ["accepted"] * 2, calls)


_Life = tuple[tuple[int, ...], list[Any], dict[str, Any]]

_LIVES: tuple[_Life, ...] = (
    ((5, 3), [], {"eps": 1e-3, "momentum": 0.37}),
    ((4, 3, 7), [0.013], {"momentum": None}),
    ((3, 5, 2, 5), [], {"eps": 1e-3, "affine": False}),
    ((2, 5, 5, 5), [], {}),
    (SINGLES[-1], [0.37, 0.13, True], {}),
)
"""The shape of the batches of a module, and how it is made."""

_EXTREME_LIVES: tuple[_Life, ...] = (
    ((2, 3, 3), [], {"momentum": 0.0, "eps": 1e-3}),
    ((4, 1), [], {"momentum": 1.0, "eps": 0.0}),
    ((3, 2, 1, 4), [1e-3, None, False], {}),
)


def _case(
    rng: Rng, shape: tuple[int, ...], args: list[Any], options: dict[str, Any], modes: list[bool]
) -> dict[str, Any]:
    steps = [(training, tight(rng, *shape)) for training in modes]
    return {"features": shape[1], "args": args, "options": options, "start": None, "steps": steps}


def _are_same(found: Any, expected: dict[str, Tensor]) -> bool:
    return found.keys() == expected.keys() and all(are_close(found[name], expected[name]) for name in expected)


def _check_state(found: dict[str, Any], expected: dict[str, Tensor]) -> None:
    """Compares a state: first what it holds, then the counter, then the rest."""
    require(
        found.keys() == expected.keys(),
        "the state does not consist of exactly these parameters and buffers",
        "state_dict 不是恰好由这些参数和缓冲区组成",
    )
    require(
        are_close(found["num_batches_tracked"], expected["num_batches_tracked"]),
        "`num_batches_tracked` has a wrong number, shape or dtype",
        "`num_batches_tracked` 的数值、形状或 dtype 不对",
    )
    require(
        _are_same(found, expected),
        "a running statistic in the state has wrong numbers, or another shape or dtype",
        "state_dict 中的滑动统计量数值不对，或形状、dtype 不对",
    )


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
