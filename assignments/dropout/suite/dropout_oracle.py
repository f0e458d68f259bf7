"""What the suite knows about random masks: how to read one off a result, and how much chance may deviate.

A right solution may draw its numbers in any way, so no test knows its mask in advance. It is read off the result, the
result is compared with what that mask gives, and the mask must look like independent draws. How far a share of `n`
independent draws lies from its probability is bounded by Hoeffding's inequality, which holds exactly for every `n`:

    P(|share - probability| >= slack) <= 2 exp(-2 n slack**2)

`slack` is chosen so that this is `FALSE_ALARM`. Fewer than 100 shares are looked at in a whole submission, so chance
fails a right one less than once in ten million times. The hidden tests draw so much that what wrong solutions get is
several slacks away.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.suite import Rng, assert_close, in_case, require

FALSE_ALARM = 1e-9

SINGLES = ((1, 3), (4, 1), (2, 3, 1), (2, 3, 2, 1))
"""With a size of 1 in each dimension in turn."""

TOLERANCES = {torch.float64: (1e-9, 1e-11), torch.float32: (1e-4, 1e-6), torch.float16: (2e-2, 1e-3)}


def without_zeros(rng: Rng, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Draws numbers of both signs, none of them near 0: a zero in a result is then a dropped element."""
    wide = rng.normal(*shape, dtype=torch.float64)
    return torch.where(wide < 0, wide - 0.5, wide + 0.5).to(dtype)


def uneven(rng: Rng, *shape: int) -> Tensor:
    """Draws float64 numbers that are of size 1, tiny, huge and 0, in turn along the first dimension."""
    scales = torch.tensor([1.0, 2e-5, 3e4, 0.0], dtype=torch.float64).repeat(shape[0])[: shape[0]]
    return without_zeros(rng, *shape, dtype=torch.float64) * scales.to(rng.device).reshape(-1, *[1] * (len(shape) - 1))


def turned(rng: Rng, *shape: int) -> Tensor:
    """Draws float64 numbers whose dimensions lie the other way round in memory: `view` can flatten none of them."""
    axes = tuple(reversed(range(len(shape))))
    return without_zeros(rng, *reversed(shape), dtype=torch.float64).permute(axes)


def survivors(result: Tensor, survived: Tensor) -> Tensor:
    """Returns where `result` is not 0, after making sure that it equals `survived` there.

    Args:
        survived: what the result would be if nothing were dropped; what is 0 in it counts as dropped.
    """
    if not isinstance(result, Tensor) or result.shape != survived.shape or result.dtype != survived.dtype:
        assert_close(result, survived)
    kept = result != 0
    assert_close(result, torch.where(kept, survived, torch.zeros_like(survived)))
    return kept


def check_keep_rate(kept: Tensor, p: float) -> None:
    """Compares the share of kept elements with 1 - p, by Chernoff's bound, narrow for a `p` near 0 or 1 too."""
    share = kept.double().mean().item()
    is_usual = kept.numel() * _divergence(share, 1 - p) <= math.log(2 / FALSE_ALARM)
    few, many = is_usual or share < 1 - p, is_usual or share > 1 - p
    require(few, "too few elements are dropped for this `p`", "对这个 `p` 来说，被丢弃的元素太少")
    require(many, "too many elements are dropped for this `p`", "对这个 `p` 来说，被丢弃的元素太多")


def _divergence(share: float, rate: float) -> float:
    """Returns the Kullback-Leibler divergence of a coin that falls at the share from one that falls at the rate."""
    sides = ((share, rate), (1 - share, 1 - rate))
    return sum(found * math.log(found / expected) for found, expected in sides if found > 0)


def are_unrelated(one: Tensor, other: Tensor, p: float) -> bool:
    """Two independent masks agree in an element with probability p² + (1 - p)²."""
    agreement = p**2 + (1 - p) ** 2
    slack = math.sqrt(math.log(2 / FALSE_ALARM) / (2 * one.numel()))
    return abs((one == other).double().mean().item() - agreement) <= slack


def check_neighbours_unrelated(kept: Tensor, p: float) -> None:
    """Looks along each dimension at disjoint pairs of neighbours, whose agreements are independent of each other."""
    for dim in range(kept.ndim):
        pairs = kept.movedim(dim, 0)
        end = len(pairs) // 2 * 2
        unrelated = are_unrelated(pairs[0:end:2], pairs[1:end:2], p)
        require(unrelated, "elements along a dimension share their fate", "沿某个维度，各元素的去留彼此相关")


def check_counts_vary(kept: Tensor, p: float) -> None:
    """Looks whether independent draws, (draws, n), keep different numbers of elements.

    No count of a binomial is more likely than its mode. Given the first count, the share of the others that equal it
    therefore exceeds the mode's probability by `slack` at most as often as `FALSE_ALARM`. And of a hundred draws of 40
    elements two are alike once in a million times, and two pairs of them never.
    """
    draws, size = kept.shape
    mode = max(math.comb(size, k) * (1 - p) ** k * p ** (size - k) for k in range(size + 1))
    slack = math.sqrt(math.log(2 / FALSE_ALARM) / (2 * (draws - 1)))
    counts = kept.sum(1)
    share = (counts[1:] == counts[0]).double().mean().item()
    require(
        share <= mode + slack,
        "the number of dropped elements is always the same instead of random",
        "被丢弃的元素个数总是相同，而不是随机的",
    )
    require(
        len(torch.unique(kept, dim=0)) >= draws - 1,
        "the same elements are dropped again and again: there are too few different draws",
        "反复丢弃同样的元素：不同的抽取结果太少",
    )


def check_gradient(gradient: Tensor | None, expected: Tensor) -> None:
    """Compares what flowed back to `x`."""
    require(gradient is not None, "no gradient flows from the result back to `x`", "没有梯度从结果流回 `x`")
    require(
        are_close(gradient, expected),
        "the gradient of `x` is not the upstream gradient times the mask of the same call",
        "`x` 的梯度不等于上游梯度乘同一次调用的掩码",
    )


def are_close(found: Tensor | None, expected: Tensor) -> bool:
    """Says whether shape and dtype are those expected, and the values within the tolerance of the dtype."""
    if found is None or found.shape != expected.shape or found.dtype != expected.dtype:
        return False
    rtol, atol = TOLERANCES[expected.dtype]
    return torch.allclose(found, expected, rtol, atol)


def check_settings(found: dict[str, Any], survived: Tensor, p: float, keep: Callable[..., Tensor] = survivors) -> None:
    """Looks at the answers of the probe `under_settings`: chance is the same, and torch's own state stays.

    Args:
        keep: reads the mask off a result.
    """
    for number, result in enumerate(found["results"], 1):
        with in_case(number, len(found["results"])):
            check_keep_rate(keep(result, survived), p)
    usual, without_gradients, *_ = found["results"]
    require(
        torch.equal(usual, without_gradients),
        "where gradients are switched off, a generator in the same state gives another result",
        "关闭梯度时，处于同一状态的 generator 给出了不同的结果",
    )
    require(found["gradients stay on"], "gradients stay switched off after the call", "调用之后梯度一直关着")
    require(
        found["global stays"],
        "a call with a generator moves or seeds torch's global generator",
        "传入了 generator 的调用改变了 torch 的全局随机数生成器",
    )
    require(
        torch.equal(found["moved"], found["restored"]),
        "after other draws, a generator in the same state does not give the same result",
        "从 generator 另外抽取之后，同一状态给出的结果不同",
    )


def check_no_fixed_device(ending: str) -> None:
    """Judges how a call on the meta device ended: only what speaks of another device counts."""
    require(
        "expected device meta" not in ending and "on the expected device" not in ending and ending != "cpu",
        "a tensor was created on a fixed device instead of the device that the call asks for",
        "有张量创建在固定的设备上，而不是调用所要求的设备",
    )


def check_unchanged(afterwards: Tensor, sent: Tensor) -> None:
    """Makes sure that an argument still holds what it held."""
    require(
        afterwards.shape == sent.shape and torch.equal(afterwards, sent), "an argument was changed", "某个参数被修改了"
    )


def hidden_layer(x: Tensor, w1: Tensor, b1: Tensor) -> Tensor:
    """Computes the hidden layer without a matrix product, in float64."""
    total = (x.double()[:, :, None] * w1.double()[None]).sum(1) + b1.double()
    return 1 / (1 + torch.exp(-total))


def output_layer(hidden: Tensor, w2: Tensor, b2: Tensor) -> Tensor:
    """Computes the logits without a matrix product, in float64."""
    return (hidden[:, :, None] * w2.double()[None]).sum(1) + b2.double()


def hidden_mask(logits: Tensor, hidden: Tensor, w2: Tensor, b2: Tensor, p: float) -> Tensor:
    """Finds for each sample which of the 2**H masks of its hidden units comes nearest to its logits, (N, H)."""
    width = hidden.shape[1]
    masks = torch.arange(2**width, device=hidden.device)[:, None] >> torch.arange(width, device=hidden.device) & 1
    masks = masks.bool()
    parts = hidden[:, :, None] * w2.double()[None] / (1 - p)
    candidates = torch.einsum("mh,nho->nmo", masks.double(), parts) + b2.double()
    nearest = (candidates - logits.detach().double()[:, None]).abs().amax(-1).argmin(1)
    return masks[nearest]
