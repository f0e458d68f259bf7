"""Clipping by the global norm."""

from __future__ import annotations

import math
from typing import Any

import torch
from bptt_drivers import F32, F64, LOOSE, check, driver
from torch import Tensor

from grader.suite import Rng, Student, assert_close, needs_value, require, task, visible, weight

pytestmark = task("clip_grad_norm_")


@driver
def clipped(solution: Any, cases: list[tuple[list[Any], list[Any]]]) -> list[dict[str, Any]]:
    """Clips each case and returns the norm and the tensors as they are then."""
    seen = []
    for grads, settings in cases:
        norm = solution.clip_grad_norm_(grads, *settings)
        seen.append({"norm": norm, "gradients": list(grads)})
    return seen


@driver
def clipped_in_memory(solution: Any, bases: list[Tensor], max_norm: float) -> dict[str, Any]:
    """Hands over a tuple of views into other tensors, and returns those."""
    norm = solution.clip_grad_norm_((bases[0].T, None, bases[1][:, ::2]), max_norm=max_norm)
    return {"norm": norm, "memory": bases}


def several(rng: Rng, dtype: torch.dtype = F64) -> list[Tensor]:
    """Returns gradients of unequal size and scale."""
    return [rng.normal(2, 3, dtype=dtype), 0.3 * rng.normal(4, dtype=dtype), 2 + rng.uniform(dtype=dtype)]


@visible
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    grads = [torch.tensor([3.0, 0.0], dtype=F64), torch.tensor([[4.0]], dtype=F64)]
    [seen] = student.run(clipped.probe, [(grads, [1.0])])
    scaled = [torch.tensor([0.6, 0.0], dtype=F64), torch.tensor([[0.8]], dtype=F64)]
    assert_close(seen, {"norm": 5.0, "gradients": scaled}, rtol=0, atol=1e-6)


@weight(4)
def test_all_gradients_share_one_factor(student: Student, rng: Rng) -> None:
    """Gradients beyond the norm are scaled by one common factor, and the norm from before is returned.

    范数超出上限的梯度都乘以同一个因子，返回的是裁剪之前的范数。
    """
    check(student, clipped, [(several(rng), settings) for settings in ([0.5], [1.25, 0.5], [1.9, 0.0])])
    check(student, clipped, [(several(rng, F32), [1.0])], **LOOSE)


@weight(3)
@needs_value
def test_small_gradients_stay(student: Student, rng: Rng) -> None:
    """Gradients within the norm stay exactly as they are.

    范数没有超出上限的梯度分毫不变。
    """
    small = [0.1 * grad for grad in several(rng)]
    zeros = [torch.zeros(3, dtype=F64, device=rng.device)]
    found = student.run(clipped.probe, [(small, [20.0]), (zeros, [1.0])])
    assert_close([seen["gradients"] for seen in found], [small, zeros], rtol=0, atol=0)
    norms = [math.sqrt(sum(float((grad**2).sum()) for grad in grads)) for grads in (small, zeros)]
    assert_close([seen["norm"] for seen in found], norms)


@weight(2)
@needs_value
def test_missing_empty_and_unusual_gradients(student: Student, rng: Rng) -> None:
    """None is skipped, nothing at all has norm zero, views are scaled in their memory, and NaN is returned as it is.

    None 被跳过，一个张量都没有时范数为零，视图在自己的内存里缩放，NaN 原样返回。
    """
    check(student, clipped, [([], [1.0]), ([None, None], [1.0])])
    check(student, clipped, [([None, *several(rng), None, rng.normal(0, 3, dtype=F64)], [0.5])])
    check(student, clipped_in_memory, [rng.normal(3, 2, dtype=F64), rng.normal(2, 4, dtype=F64)], 0.3)
    broken = several(rng)
    broken[1][2] = math.nan
    [seen] = student.run(clipped.probe, [(broken, [1.0])])
    require(
        isinstance(seen["norm"], float) and math.isnan(seen["norm"]),
        "a norm that is NaN is returned as NaN",
        "范数是 NaN 时应当返回 NaN",
    )
