"""Tests of `dropout_mask`: two values, the right share of each, independence, and the ends of the range of p."""

from __future__ import annotations

from typing import Any

import torch
from dropout_oracle import (
    are_unrelated,
    check_counts_vary,
    check_keep_rate,
    check_neighbours_unrelated,
    check_no_fixed_device,
    check_settings,
    survivors,
)
from dropout_probes import under_settings
from torch import Tensor

from grader.suite import Rng, Student, assert_close, hint, in_case, needs_value, probe, require, task, visible, weight

pytestmark = task("dropout_mask")


@probe
def masks(solution: Any, cases: list[tuple[Any, ...]], seed: int, device: str) -> tuple[list[Any], list[Any]]:
    """Draws one mask per case, all from one generator; returns them and the shapes as they are afterwards."""
    generator = torch.Generator(device).manual_seed(seed)
    drawn = [
        solution.dropout_mask(shape, p, generator=generator, device=device, **options) for shape, p, options in cases
    ]
    return drawn, [shape for shape, _, _ in cases]


@probe
def repeated_masks(solution: Any, shape: Any, p: float, seed: int, device: str) -> dict[str, Any]:
    """Draws again and again: with one generator, with one that starts anew, and with the global one."""

    def fresh(number):
        return torch.Generator(device).manual_seed(number)

    def draw(size, generator=None):
        return solution.dropout_mask(size, p, generator=generator, device=device)

    generator = fresh(seed)
    first, second = draw(shape, generator), draw(shape, generator)
    torch.manual_seed(seed + 2)
    repeated, other = draw(shape, fresh(seed)), draw(shape, fresh(seed + 1))
    torch.manual_seed(seed)
    globals_first, globals_second = draw(shape), draw(shape)
    torch.manual_seed(seed)
    globals_repeated = draw(shape)
    return {
        "first": first,
        "second": second,
        "repeated": repeated,
        "other": other,
        "globals_first": globals_first,
        "globals_second": globals_second,
        "globals_repeated": globals_repeated,
        "small": torch.stack([draw((40,), generator) for _ in range(100)]),
    }


@probe
def refusals(solution: Any, probabilities: list[float]) -> list[str]:
    """Says of each probability whether a mask was drawn, or refused with a ValueError."""
    answers = []
    for p in probabilities:
        try:
            solution.dropout_mask((2, 3), p)
            answers.append("drawn")
        except ValueError:
            answers.append("refused")
    return answers


@probe
def endings_on_meta(solution: Any) -> list[str]:
    """Says how a call for the meta device, and one for the default device, end: the device, or the message."""
    try:
        named = solution.dropout_mask((2, 3), 0.5, device="meta")
        with torch.device("meta"):
            return [named.device.type, solution.dropout_mask((2, 3), 0.5, device=None).device.type]
    except Exception as error:  # noqa: BLE001 - whatever it is, only its message matters
        return [str(error)]


@visible
@weight(1)
def test_half_and_three_quarters(student: Student) -> None:
    """A mask for p = 0.5 holds only 0 and 2, one for p = 0.75 only 0 and 4 (anywhere), one for p = 1 only zeros.

    p = 0.5 的掩码只含 0 和 2，p = 0.75 的掩码只含 0 和 4（0 可以在任何位置），p = 1 的掩码全是 0。
    """
    for p, kept in ((0.5, 2.0), (0.75, 4.0)):
        mask = student.dropout_mask((20, 20), p, device=student.device)
        check_keep_rate(survivors(mask, torch.full((20, 20), kept, device=student.device)), p)
    assert_close(student.dropout_mask((2, 3), 1, device=student.device), torch.zeros(2, 3, device=student.device))


@weight(5)
@hint(
    "Try p = 0.75: which share of the entries is 0, and what do the others hold?",
    "试试 p = 0.75：有多大比例的元素是 0？其余元素的值是多少？",
)
def test_values_and_shares(student: Student, rng: Rng) -> None:
    """Entries are 0 with probability `p` and otherwise the number that keeps the mean at 1, in any shape.

    对任意形状，掩码的元素以概率 `p` 为 0，否则为使均值保持为 1 的那个数。
    """
    cases: list[tuple[Any, ...]] = [
        ((100, 120), 0.3, {}),
        ([8, 75, 50], 0.0009, {}),
        (torch.Size([2000]), 0.13, {"dtype": torch.float32}),
    ]
    found, _ = student.run(masks, cases, _seed(rng), student.device)
    require(isinstance(found, list) and len(found) == len(cases), "a mask is missing", "缺少某个掩码")
    for number, (mask, (shape, p, _)) in enumerate(zip(found, cases, strict=True), 1):
        with in_case(number, len(cases)):
            check_keep_rate(survivors(mask, _all_kept(student, shape, p)), p)


@needs_value
@weight(4)
def test_entries_are_independent_and_follow_the_generator(student: Student, rng: Rng) -> None:
    """Entries are independent; each call draws anew from the generator, whose state alone decides what comes.

    各元素相互独立；每次调用都从 generator 重新抽取，抽到什么只由它的状态决定。
    """
    shape, p = (8, 10, 30), 0.3
    found = student.run(repeated_masks, shape, p, _seed(rng), student.device)
    kept = {name: survivors(mask, _all_kept(student, mask.shape, p)) for name, mask in found.items()}
    check_neighbours_unrelated(kept["first"], p)
    check_neighbours_unrelated(kept["globals_first"], p)
    check_counts_vary(kept["small"], p)
    unrelated = are_unrelated(kept["first"], kept["second"], p) and are_unrelated(
        kept["globals_first"], kept["globals_second"], p
    )
    require(unrelated, "two calls in a row give related masks", "先后两次调用给出的掩码彼此相关")
    unrelated = are_unrelated(kept["first"], kept["other"], p)
    require(unrelated, "generators of different seeds give related masks", "种子不同的 generator 给出的掩码彼此相关")
    same = torch.equal(found["first"], found["repeated"])
    require(
        same,
        "a generator in the same state does not give the same mask again",
        "处于同一状态的 generator 没有再次给出同样的掩码",
    )
    same = torch.equal(found["globals_first"], found["globals_repeated"])
    require(
        same,
        "without a generator, `torch.manual_seed` does not give the same mask again",
        "没有 generator 时，`torch.manual_seed` 没有使同样的掩码再次出现",
    )


@needs_value
@weight(4)
def test_ends_of_the_range_dtypes_and_shapes(student: Student, rng: Rng) -> None:
    """The ends of the range of `p`, every dtype, empty and 0-d shapes and the device are right; others are refused.

    `p` 取范围的两端、各种 dtype、没有元素的和 0 维的形状以及设备都正确；其他的 `p` 会被拒绝。
    """
    ends: list[tuple[Any, ...]] = [
        ((3, 4), 0.0, {}),
        ((3, 4), 1.0, {}),
        ((2,), 0, {"dtype": torch.float64}),
        ((2,), 1, {"dtype": torch.float64}),
    ]
    others: list[tuple[Any, ...]] = [
        ((40,), 0.3, {"dtype": torch.float64}),
        ((40,), 0.3, {"dtype": torch.float16}),
        ((), 0.3, {"dtype": torch.float64}),
        ((0, 3), 0.3, {}),
        ((1, 4), 0.37, {"dtype": torch.float64}),
        ([4, 1], 0.37, {"dtype": torch.float64}),
        ([1], 0.37, {}),
    ]
    answers = student.run(refusals, [-0.1, 1.5, -1, 2, -1e-9, 1 + 1e-9, 0.0, 1.0])
    require(
        answers == ["refused"] * 6 + ["drawn"] * 2,
        "only a `p` outside [0, 1] is to be refused with a ValueError",
        "只有 `p` 在 [0, 1] 之外时才应当以 ValueError 拒绝",
    )
    found, afterwards = student.run(masks, ends + others, _seed(rng), student.device)
    is_same = afterwards == [shape for shape, _, _ in ends + others]
    require(is_same, "the argument `shape` is changed by the call", "调用改变了参数 `shape`")
    expected = [torch.full(shape, 1.0 - p, device=student.device, **options) for shape, p, options in ends]
    assert_close(found[: len(ends)], expected, cases=range(len(ends)))
    for number, (mask, (shape, p, options)) in enumerate(zip(found[len(ends) :], others, strict=True), 1):
        with in_case(number, len(others)):
            survivors(mask, _all_kept(student, shape, p, **options))
    for ending in student.run(endings_on_meta):
        check_no_fixed_device(ending)


@needs_value
@weight(1)
def test_settings_and_other_draws(student: Student, rng: Rng) -> None:
    """Torch's own settings do not matter and stay as they are, and others may draw from the generator, too.

    结果不受 torch 各项设置的影响，也不改变它们；别处也可以从同一个 generator 抽取。
    """
    for p in (0.37, 0.5):
        like = _all_kept(student, (40, 50), p)
        check_settings(student.run(under_settings, "dropout_mask", [like], p, _seed(rng)), like, p)


def _seed(rng: Rng) -> int:
    return int(rng.integers(0, 2**31))


def _all_kept(student: Student, shape: Any, p: float, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.full(tuple(shape), 1 / (1 - p), dtype=dtype, device=student.device)
