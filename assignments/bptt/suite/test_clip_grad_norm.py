"""Clipping by the global norm."""

from __future__ import annotations

import math
from typing import Any

import torch
from bptt_drivers import F32, F64, LOOSE, check, driver
from bptt_oracle import clip_grad_norm_
from torch import Tensor

from grader.suite import (
    Rng,
    Student,
    assert_close,
    assert_keeps_promises,
    in_case,
    needs_value,
    probe,
    require,
    task,
    visible,
    weight,
)

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


@probe
def norm_and_gradients(solution: Any, grads: Any, max_norm: float) -> Any:
    """Returns the norm and the gradients as they are afterwards."""
    norm = solution.clip_grad_norm_(grads, max_norm)
    return (norm, *grads)


def norm_and_gradients_spec(grads: list[Tensor], max_norm: float) -> Any:
    """Returns what is right, of copies."""
    own = [grad.clone() for grad in grads]
    return (clip_grad_norm_(own, max_norm), *own)


def several(rng: Rng, dtype: torch.dtype = F64) -> list[Tensor]:
    """Returns gradients of unequal size and scale."""
    return [rng.normal(2, 3, dtype=dtype), 0.3 * rng.normal(4, dtype=dtype), 2 + rng.uniform(dtype=dtype)]


@visible
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right, and where there is no gradient the norm is 0.

    题目中的例子结果正确；没有梯度时范数为 0。
    """
    grads = [torch.tensor([3.0, 0.0], dtype=F64), torch.tensor([[4.0]], dtype=F64)]
    [seen] = student.run(clipped.probe, [(grads, [1.0])])
    scaled = [torch.tensor([0.6, 0.0], dtype=F64), torch.tensor([[0.8]], dtype=F64)]
    assert_close(seen["norm"], 5.0, rtol=0, atol=1e-6)
    for got, want in zip(seen["gradients"], scaled, strict=True):
        assert_close(got, want, rtol=0, atol=1e-6)
    assert_close(student.clip_grad_norm_([None], 1.0), 0.0)


@weight(4)
def test_all_gradients_share_one_factor(student: Student, rng: Rng) -> None:
    """Gradients beyond the norm are scaled by one common factor, and the norm from before is returned.

    范数超出上限的梯度都乘以同一个因子，返回的是裁剪之前的范数。
    """
    settings = [[0.5], [0.5], [1.25, 0.5], [1.9, 0.0], [0.37, 0.13], [0.0]]
    scales = torch.tensor([1e5, 1.0, 1e-5], dtype=F64, device=rng.device)
    spread = [rng.normal(1, 3, dtype=F64) * scales, rng.normal(3, 1, dtype=F64), rng.normal(2, 2, dtype=F64)]
    check(student, clipped, [*((several(rng), chosen) for chosen in settings), (spread, [0.13])])
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
    for number, (seen, grads) in enumerate(zip(found, (small, zeros), strict=True), 1):
        with in_case(number, 2, grads):
            for got, want in zip(seen["gradients"], grads, strict=True):
                assert_close(got, want, rtol=0, atol=0)
            assert_close(seen["norm"], math.sqrt(sum(float((grad**2).sum()) for grad in grads)))


@weight(2)
@needs_value
def test_missing_empty_and_unusual_gradients(student: Student, rng: Rng) -> None:
    """None is skipped, nothing at all has norm zero, views are scaled in their memory, on any device and under any
    default setting of torch, and NaN is returned as it is.

    None 被跳过，一个张量都没有时范数为零，视图在自己的内存里缩放，与设备和 torch 的默认设置无关，NaN 原样返回。
    """
    check(student, clipped, [([], [1.0]), ([None, None], [1.0])])
    check(student, clipped, [([None, *several(rng), None, rng.normal(0, 3, dtype=F64)], [0.5])])
    asked = (several(rng), 0.3)
    left_out = ("float32", "gradients")
    assert_keeps_promises(
        student,
        norm_and_gradients,
        norm_and_gradients_spec,
        asked,
        rng=rng,
        changes=("grads",),
        without=left_out,
        rtol=1e-5,
    )
    check(student, clipped_in_memory, [rng.normal(3, 2, dtype=F64), rng.normal(2, 4, dtype=F64)], 0.3)
    broken = several(rng)
    broken[1][2] = math.nan
    [seen] = student.run(clipped.probe, [(broken, [1.0])])
    require(
        isinstance(seen["norm"], float) and math.isnan(seen["norm"]),
        "a norm that is NaN is returned as NaN",
        "范数是 NaN 时应当返回 NaN",
    )
