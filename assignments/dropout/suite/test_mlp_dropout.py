"""Tests of `mlp_dropout`: the hidden layer is dropped behind its sigmoid, and nothing else is.

With six hidden units a sample has 64 possible masks. The one that was used is found from the logits, for general
weights; logits that fit none of them show that something else was dropped.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from dropout_oracle import (
    are_unrelated,
    check_keep_rate,
    check_neighbours_unrelated,
    check_no_fixed_device,
    check_settings,
    check_unchanged,
    hidden_layer,
    hidden_mask,
    output_layer,
    survivors,
    uneven,
    without_zeros,
)
from dropout_probes import under_settings
from torch import Tensor

from grader.suite import Rng, Student, assert_close, hint, in_case, needs_value, probe, require, task, visible, weight

pytestmark = task("mlp_dropout")

ROUNDED = {"rtol": 1e-6, "atol": 1e-6}  # lets a factor pass that was rounded to float32; the last test does not


@probe
def both_modes(solution: Any, tensors: list[Tensor], p: float, seed: int) -> dict[str, Any]:
    """Calls the network in both modes, then twice more in training: with the generator running on and started anew."""
    generator = torch.Generator(tensors[0].device).manual_seed(seed)
    training = solution.mlp_dropout(*tensors, p, True, generator)
    evaluation = solution.mlp_dropout(*tensors, p, False, generator)
    second = solution.mlp_dropout(*tensors, p, True, generator)
    generator.manual_seed(seed)
    torch.manual_seed(seed + 1)
    globals_first = solution.mlp_dropout(*tensors, p, True, None)
    torch.manual_seed(seed + 1)
    return {
        "globals": [globals_first, solution.mlp_dropout(*tensors, p, True)],
        "training": training,
        "evaluation": evaluation,
        "second": second,
        "repeated": solution.mlp_dropout(*tensors, p, True, generator),
        "afterwards": list(tensors),
    }


@probe
def gradients(solution: Any, tensors: list[Tensor], p: float, cotangent: Tensor) -> tuple[Any, Any]:
    """Returns the logits in training and what flows back to every tensor; another call stands in between."""
    leaves = [tensor.detach().clone().requires_grad_() for tensor in tensors]
    logits = solution.mlp_dropout(*leaves, p, True)
    solution.mlp_dropout(*leaves, 0.9, True)
    if not logits.requires_grad or logits.shape != cotangent.shape:
        return logits.detach(), None
    return logits.detach(), torch.autograd.grad((logits * cotangent).sum(), leaves, allow_unused=True)


@probe
def careful_calls(solution: Any, cases: list[tuple[list[Tensor], float, bool]]) -> tuple[list[Any], str]:
    """Returns the logits of each case, and how a call on the meta device ended."""
    results = [solution.mlp_dropout(*tensors, p, training) for tensors, p, training in cases]
    try:
        ending = solution.mlp_dropout(*[tensor.to("meta") for tensor in cases[0][0]], 0.5, True).device.type
    except Exception as error:  # noqa: BLE001 - whatever it is, only its message matters
        ending = str(error)
    return results, ending


@visible
@weight(1)
def test_units_behind_the_sigmoid_are_dropped(student: Student) -> None:
    """Before a unit matrix, hidden units of 0.5 show themselves: 0, where your mask says so, or 2; with p = 1 the bias.

    隐藏层之后是单位矩阵时，值为 0.5 的隐藏单元直接显现出来：为 0（位置以你的掩码为准）或 2；p = 1 时只剩偏置。
    """
    device = student.device
    x, w1, b1 = torch.ones(40, 3, device=device), torch.zeros(3, 8, device=device), torch.zeros(8, device=device)
    w2, b2 = torch.eye(8, device=device), torch.zeros(8, device=device)
    found = survivors(student.mlp_dropout(x, w1, b1, w2, b2, 0.75, True), torch.full((40, 8), 2.0, device=device))
    check_keep_rate(found, 0.75)
    evaluated = student.mlp_dropout(x, w1, b1, w2, b2, 0.75, False)
    assert_close(evaluated, torch.full((40, 8), 0.5, device=device))
    bias = torch.arange(8.0, device=device)
    assert_close(student.mlp_dropout(x, w1, b1, w2, bias, 1, True), bias.expand(40, 8))


@weight(5)
@hint(
    "Set p = 1 in thought: which part of the network still reaches the output?",
    "设想 p = 1：网络的哪一部分还能到达输出？",
)
def test_logits_fit_a_mask_of_the_hidden_layer(student: Student, rng: Rng) -> None:
    """In training the logits are those of a hidden layer with units dropped at the right rate and the others scaled.

    训练时的 logits 来自这样的隐藏层：其中的单元按正确的比例被丢弃，其余的乘了系数。
    """
    tensors, p = _network(rng, 300, 4, 6, 5), 0.37
    found = student.run(both_modes, tensors, p, int(rng.integers(0, 2**31)))
    check_keep_rate(_checked_mask(found["training"], tensors, p), p)


@needs_value
@weight(4)
def test_evaluation_gradients_and_chance(student: Student, rng: Rng) -> None:
    """Evaluation drops nothing, gradients pass the same mask, units and samples are independent, arguments stay.

    评估时什么也不丢弃，梯度经过同一个掩码，各隐藏单元、各样本相互独立，参数保持原样。
    """
    tensors, p = _network(rng, 300, 3, 6, 4), 0.3
    found = student.run(both_modes, tensors, p, int(rng.integers(0, 2**31)))
    x, w1, b1, w2, b2 = tensors
    assert_close(found["evaluation"], output_layer(hidden_layer(x, w1, b1), w2, b2))
    kept, second = (_checked_mask(found[name], tensors, p) for name in ("training", "second"))
    check_neighbours_unrelated(kept, p)
    unrelated = are_unrelated(kept, second, p)
    require(unrelated, "two calls in a row drop related units", "先后两次调用丢弃的隐藏单元彼此相关")
    same = torch.equal(found["training"], found["repeated"])
    require(
        same,
        "a generator in the same state does not drop the same units again",
        "处于同一状态的 generator 没有再次丢弃同样的隐藏单元",
    )
    same = torch.equal(*found["globals"])
    require(
        same,
        "without a generator, `torch.manual_seed` does not make the same units drop again",
        "没有 generator 时，`torch.manual_seed` 没有使同样的隐藏单元再次被丢弃",
    )
    for after, sent in zip(found["afterwards"], tensors, strict=True):
        check_unchanged(after, sent)
    few = [x[:5], *tensors[1:]]
    cotangent = rng.normal(5, 4, dtype=torch.float64)
    logits, flowing = student.run(gradients, few, p, cotangent)
    mask = _checked_mask(logits, few, p)
    _check_complete(flowing)
    leaves = [tensor.clone().requires_grad_() for tensor in few]
    expected = output_layer(hidden_layer(*leaves[:3]) * mask / (1 - p), *leaves[3:])
    _check_gradients(flowing, torch.autograd.grad((expected * cotangent).sum(), leaves), **ROUNDED)


@needs_value
@weight(2)
def test_ends_of_the_range_dtypes_and_views(student: Student, rng: Rng) -> None:
    """The ends of the range of `p`, there with gradients, both precisions, views and an empty batch are right.

    `p` 取范围的两端（连同那时的梯度）、两种精度、视图和空批量，结果都正确。
    """
    single = [tensor.float() for tensor in _network(rng, 7, 2, 6, 3)]
    double, square = _network(rng, 7, 2, 6, 3), _network(rng, 6, 6, 6, 6)
    turned = [square[0].T, square[1].T, square[2], square[3].T, square[4]]
    empty = [double[0][:0], *double[1:]]
    same = [square[0], square[1], square[2], square[1], square[2]]
    extreme = [uneven(rng, *tensor.shape) for tensor in _network(rng, 5, 4, 4, 3)]
    sizes = [(1, 2, 3, 2), (3, 1, 2, 2), (3, 2, 1, 2), (3, 2, 3, 1), (3, 0, 2, 2), (3, 2, 0, 2), (3, 2, 2, 0)]
    complete = [
        *[(_network(rng, *size), p, True) for size in sizes for p in (0.0, 1)],
        (extreme, 0.37, False),
        ([extreme[0].flip(0), *extreme[1:]], 0, True),
        (same, 0.37, False),
        ([torch.stack([tensor, tensor], -1)[..., 0] for tensor in square], 0.37, False),
        (double, 0.0, True),
        (double, 1.0, True),
        (double, 1.0, False),
        (single, 0.6, False),
        (empty, 0.3, True),
    ]
    cases = [
        *complete,
        (single, 0.3, True),
        (double, 0.3, True),
        (turned, 0.3, True),
    ]
    results, ending = student.run(careful_calls, cases)
    for number, (logits, (tensors, p, training)) in enumerate(zip(results, cases, strict=True), 1):
        x, w1, b1, w2, b2 = tensors
        with in_case(number, len(cases), tensors):
            if number > len(complete):
                _checked_mask(logits, tensors, p, _tolerance(x))
                continue
            hidden = hidden_layer(x, w1, b1)
            hidden = torch.zeros_like(hidden) if training and p == 1 else hidden
            assert_close(logits, output_layer(hidden, w2, b2).to(x.dtype), **_tolerance(x))
    check_no_fixed_device(ending)
    cotangent = rng.normal(7, 3, dtype=torch.float64)
    for p in (0.0, 1.0):
        _, flowing = student.run(gradients, double, p, cotangent)
        _check_complete(flowing)
        leaves = [tensor.clone().requires_grad_() for tensor in double]
        expected = output_layer(hidden_layer(*leaves[:3]) * (1 - p), *leaves[3:])
        _check_gradients(flowing, torch.autograd.grad((expected * cotangent).sum(), leaves))


@needs_value
@weight(1)
def test_settings_and_other_draws(student: Student, rng: Rng) -> None:
    """Torch's own settings do not matter and stay as they are, and others may draw from the generator, too.

    结果不受 torch 各项设置的影响，也不改变它们；别处也可以从同一个 generator 抽取。
    """
    tensors = [tensor.float() for tensor in _network(rng, 200, 3, 6, 4)]
    for p in (0.37, 0.5):
        found = student.run(under_settings, "mlp_dropout", tensors, p, int(rng.integers(0, 2**31)))
        check_settings(found, tensors[0], p, partial(_mask_of, tensors=tensors, p=p))


def _check_complete(flowing: Any) -> None:
    complete = flowing is not None and all(part is not None for part in flowing)
    require(complete, "the gradient does not flow back to every tensor", "梯度没有流回每一个张量")


def _check_gradients(flowing: Any, expected: Any, rtol: float = 1e-9, atol: float = 1e-11) -> None:
    is_right = all(
        got.shape == want.shape and torch.allclose(got, want, rtol, atol)
        for got, want in zip(flowing, expected, strict=True)
    )
    require(is_right, "the gradient of one of the five tensors is wrong", "五个张量中某一个的梯度不对")


def _network(rng: Rng, batch: int, inputs: int, hidden: int, outputs: int) -> list[Tensor]:
    """Draws x, w1, b1, w2 and b2 in float64."""
    shapes = [(batch, inputs), (inputs, hidden), (hidden,), (hidden, outputs), (outputs,)]
    return [without_zeros(rng, *shape, dtype=torch.float64) for shape in shapes]


def _tolerance(x: Tensor) -> dict[str, float]:
    """Sums of a few terms that nearly cancel need more than the default in float32."""
    return {"rtol": 1e-4, "atol": 1e-5} if x.dtype == torch.float32 else {}


def _mask_of(logits: Tensor, _: Tensor, *, tensors: list[Tensor], p: float) -> Tensor:
    return _checked_mask(logits, tensors, p, _tolerance(logits))


def _checked_mask(logits: Tensor, tensors: list[Tensor], p: float, tolerance: dict[str, float] = ROUNDED) -> Tensor:
    """Returns which hidden units were kept, (N, H), after making sure that the logits are those of this mask."""
    x, w1, b1, w2, b2 = tensors
    hidden = hidden_layer(x, w1, b1)
    complete = output_layer(hidden, w2, b2).to(x.dtype)
    if not isinstance(logits, Tensor) or logits.shape != complete.shape or logits.dtype != complete.dtype:
        assert_close(logits, complete)
    kept = hidden_mask(logits, hidden, w2, b2, p)
    assert_close(logits, output_layer(hidden * kept / (1 - p), w2, b2).to(x.dtype), **tolerance)
    return kept
