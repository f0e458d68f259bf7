"""Tests of `dropout2d`: one decision per sample and channel, which holds for the whole plane."""

from __future__ import annotations

import torch
from dropout_oracle import (
    are_unrelated,
    check_counts_vary,
    check_gradient,
    check_keep_rate,
    check_neighbours_unrelated,
    check_no_fixed_device,
    check_settings,
    check_unchanged,
    survivors,
    turned,
    uneven,
    without_zeros,
)
from dropout_probes import careful_calls, defaults, draws, training_and_evaluation, under_settings, upstream_to_x
from torch import Tensor

from grader.suite import Rng, Student, assert_close, hint, in_case, needs_value, require, task, visible, weight

pytestmark = task("dropout2d")


@visible
@weight(1)
def test_planes_live_or_die_as_a_whole(student: Student) -> None:
    """With p = 0.75 channels become 0, where your mask says so, or four times themselves; with p = 1 all become 0.

    p = 0.75 时，每个样本的每个通道变为 0（位置以你的掩码为准）或原来的四倍；p = 1 时全部变为 0。
    """
    x = torch.arange(1.0, 1601.0, device=student.device).reshape(20, 20, 2, 2)
    found = _surviving_planes(student.dropout2d(x, 0.75), 4 * x)
    check_keep_rate(found, 0.75)
    assert_close(student.dropout2d(x, 0.75, training=False), x)
    assert_close(student.dropout2d(x, 1), torch.zeros_like(x))


@weight(5)
@hint(
    "How many random decisions does an input of shape (N, C, H, W) need?",
    "形状为 (N, C, H, W) 的输入需要多少个随机决定？",
)
def test_channels_are_dropped_or_scaled_up(student: Student, rng: Rng) -> None:
    """In training each channel of each sample is 0 with probability `p`, and is otherwise scaled up as a whole.

    训练时每个样本的每个通道以概率 `p` 变为 0，否则整体放大。
    """
    cases = [
        (without_zeros(rng, 6, 6, 6, 6), 0.6),
        (without_zeros(rng, 50, 60, 2, 2), 0.3),
        (without_zeros(rng, 200, 150, 1, 1), 0.0009),
    ]
    found = []
    for part in (cases[:1], cases[1:]):  # a mask along wrong dimensions fits the first alone
        found += student.run(training_and_evaluation, "dropout2d", part, int(rng.integers(0, 2**31)))
    for number, (answers, (x, p)) in enumerate(zip(found, cases, strict=True), 1):
        with in_case(number, len(cases), x):
            check_keep_rate(_surviving_planes(answers["training"], x / (1 - p)), p)


@needs_value
@weight(3)
def test_evaluation_and_gradient(student: Student, rng: Rng) -> None:
    """Evaluation leaves `x` alone; the gradient is the upstream one times the mask of the same call.

    评估时 `x` 原样返回；梯度是上游梯度乘同一次调用的掩码。
    """
    x, turned = without_zeros(rng, 4, 5, 2, 3), without_zeros(rng, 3, 2, 4, 3).permute(3, 2, 0, 1)
    cases = [(x, 0.37, True), (turned, 0.6, True), (x, 0.3, False), (x, 1.0, True)]
    sent = [(x, p, training, without_zeros(rng, *x.shape)) for x, p, training in cases]
    found = student.run(upstream_to_x, "dropout2d", sent, int(rng.integers(0, 2**31)))
    for number, ((result, gradient), (x, p, training, cotangent)) in enumerate(zip(found, sent, strict=True), 1):
        with in_case(number, len(sent), x):
            if not training:
                assert_close(result, x)
                mask = torch.ones_like(x)
            elif p == 1:
                assert_close(result, torch.zeros_like(x))
                mask = torch.zeros_like(x)
            else:
                mask = _surviving_planes(result, x / (1 - p))[:, :, None, None] * torch.ones_like(x) / (1 - p)
            check_gradient(gradient, cotangent * mask)


@needs_value
@weight(4)
def test_samples_and_channels_are_independent(student: Student, rng: Rng) -> None:
    """Neither samples nor channels share their fate; each call draws anew, from the generator that it was given.

    各样本、各通道的去留互不相关；每次调用都从传入的 generator 重新抽取。
    """
    x, small, p = without_zeros(rng, 30, 50, 1, 2), without_zeros(rng, 5, 8, 1, 1), 0.3
    found = student.run(draws, "dropout2d", x, small, p, int(rng.integers(0, 2**31)))
    small_kept = survivors(found.pop("small"), small.expand(100, 5, 8, 1, 1) / (1 - p))
    kept = {name: _surviving_planes(result, x / (1 - p)) for name, result in found.items()}
    check_neighbours_unrelated(kept["first"], p)
    check_neighbours_unrelated(kept["globals_first"], p)
    check_counts_vary(small_kept.flatten(1), p)
    unrelated = are_unrelated(kept["first"], kept["second"], p) and are_unrelated(
        kept["globals_first"], kept["globals_second"], p
    )
    require(unrelated, "two calls in a row drop related channels", "先后两次调用丢弃的通道彼此相关")
    unrelated = are_unrelated(kept["first"], kept["other"], p)
    require(unrelated, "generators of different seeds drop related channels", "种子不同的 generator 丢弃的通道彼此相关")
    same = torch.equal(found["first"], found["repeated"])
    require(
        same,
        "a generator in the same state does not drop the same channels again",
        "处于同一状态的 generator 没有再次丢弃同样的通道",
    )
    same = torch.equal(found["globals_first"], found["globals_repeated"])
    require(
        same,
        "without a generator, `torch.manual_seed` does not make the same channels drop again",
        "没有 generator 时，`torch.manual_seed` 没有使同样的通道再次被丢弃",
    )


@needs_value
@weight(2)
def test_ends_of_the_range_dtypes_views_and_purity(student: Student, rng: Rng) -> None:
    """The ends of the range of `p`, every dtype, views and empty batches are right, and `x` stays as it is.

    `p` 取范围的两端、各种 dtype、视图和空批量都正确，`x` 保持原样。
    """
    block, double = without_zeros(rng, 2, 3, 2, 2), torch.float64
    cases = [
        (block, 0.0, True),
        (block, 1.0, True),
        (without_zeros(rng, 1, 2, 1, 1, dtype=double), 0, True),
        (without_zeros(rng, 1, 2, 1, 1, dtype=double), 1, True),
        (turned(rng, 5, 2, 8, 3), 0.3, True),
        (without_zeros(rng, 8, 5, 2, 2)[::2], 0.3, True),
        (without_zeros(rng, 8, 5, 1, 2, dtype=torch.float16), 0.3, True),
        (without_zeros(rng, 0, 3, 2, 2), 0.3, True),
        (without_zeros(rng, 2, 2, 1, 2, dtype=double), 0.3, False),
        (without_zeros(rng, 4, 1, 2, 3, dtype=double), 0.37, True),
        (without_zeros(rng, 1, 3, 3, 1, dtype=double), 0.37, True),
        (uneven(rng, 4, 1, 2, 3), 0.37, True),
        (uneven(rng, 8, 3, 2, 2), 0.37, True),
        (uneven(rng, 4, 2, 1, 2), 0.37, False),
    ]
    results, afterwards, ending = student.run(careful_calls, "dropout2d", cases, int(rng.integers(0, 2**31)))
    for number, (result, after, (x, p, training)) in enumerate(zip(results, afterwards, cases, strict=True), 1):
        with in_case(number, len(cases), x):
            if not training or p in (0, 1):
                assert_close(result, x if not training or p == 0 else torch.zeros_like(x))
            else:
                _surviving_planes(result, x / (1 - p))
            check_unchanged(after, x)
    check_no_fixed_device(ending)


@needs_value
@weight(1)
def test_defaults_settings_and_other_draws(student: Student, rng: Rng) -> None:
    """Defaults hold; torch's own settings do not matter and stay, and others may draw from the generator, too.

    默认值正确；结果不受 torch 各项设置的影响，也不改变它们；别处也可以从同一个 generator 抽取。
    """
    x = without_zeros(rng, 20, 25, 1, 2)
    for result in student.run(defaults, "dropout2d", x):
        check_keep_rate(_surviving_planes(result, 2 * x), 0.5)
    for p in (0.37, 0.5):
        found = student.run(under_settings, "dropout2d", [x], p, int(rng.integers(0, 2**31)))
        check_settings(found, x / (1 - p), p, _surviving_planes)


def _surviving_planes(result: Tensor, survived: Tensor) -> Tensor:
    """Returns which planes are kept, (N, C), after making sure that each is kept or dropped as a whole."""
    kept = survivors(result, survived)
    planes = kept.flatten(2).any(-1)
    whole = torch.equal(kept, planes[:, :, None, None].expand_as(kept))
    require(
        whole,
        "a channel of a sample is dropped in some places and kept in others",
        "某个样本的某个通道，有的位置被丢弃，有的位置却被保留",
    )
    return planes
