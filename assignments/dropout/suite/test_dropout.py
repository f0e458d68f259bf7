"""Tests of `dropout`: survivors are scaled up in training, evaluation is the identity, and every call draws anew."""

from __future__ import annotations

import torch
from dropout_oracle import (
    SINGLES,
    are_unrelated,
    check_counts_vary,
    check_gradient,
    check_keep_rate,
    check_neighbours_unrelated,
    check_no_fixed_device,
    check_settings,
    check_unchanged,
    survivors,
    uneven,
    without_zeros,
)
from dropout_probes import careful_calls, defaults, draws, training_and_evaluation, under_settings, upstream_to_x

from grader.suite import Rng, Student, assert_close, hint, in_case, needs_value, require, task, visible, weight

pytestmark = task("dropout")


@visible
@weight(1)
def test_three_quarters_are_dropped(student: Student) -> None:
    """With p = 0.75 elements become 0, where your mask says so, or four times themselves; with p = 1 all become 0.

    p = 0.75 时，每个元素按这个比例变为 0（位置以你的掩码为准），否则变为原来的四倍；p = 1 时全部变为 0。
    """
    x = torch.arange(1.0, 401.0, device=student.device).reshape(20, 20)
    found = survivors(student.dropout(x, 0.75), 4 * x)
    check_keep_rate(found, 0.75)
    assert_close(student.dropout(x, 0.75, training=False), x)
    assert_close(student.dropout(x, 1), torch.zeros_like(x))


@weight(5)
@hint(
    "Try p = 0.75: which share of the elements is 0, and what became of the others?",
    "试试 p = 0.75：有多大比例的元素是 0？其余的元素变成了什么？",
)
def test_elements_are_dropped_or_scaled_up(student: Student, rng: Rng) -> None:
    """In training an element becomes 0 with probability `p`, and otherwise keeps its mean over many draws.

    训练时元素以概率 `p` 变为 0，其余元素的取值使多次抽取的均值保持不变。
    """
    cases = [
        (without_zeros(rng, 100, 120), 0.3),
        (without_zeros(rng, 8, 75, 50), 0.0009),
        (without_zeros(rng, 2000), 0.13),
    ]
    found = student.run(training_and_evaluation, "dropout", cases, int(rng.integers(0, 2**31)))
    require(isinstance(found, list) and len(found) == len(cases), "a result is missing", "缺少某个结果")
    for number, (answers, (x, p)) in enumerate(zip(found, cases, strict=True), 1):
        with in_case(number, len(cases), x):
            check_keep_rate(survivors(answers["training"], x / (1 - p)), p)


@needs_value
@weight(4)
def test_evaluation_and_gradient(student: Student, rng: Rng) -> None:
    """Evaluation leaves `x` alone; the gradient is the upstream one times the mask of the same call.

    评估时 `x` 原样返回；梯度是上游梯度乘同一次调用的掩码。
    """
    x, turned = without_zeros(rng, 7, 5), without_zeros(rng, 2, 1, 3, 5).permute(3, 2, 1, 0)
    cases = [(x, 0.37, True), (turned, 0.6, True), (x, 0.3, False), (x, 1.0, True), (x, 1.0, False)]
    sent = [(x, p, training, without_zeros(rng, *x.shape)) for x, p, training in cases]
    found = student.run(upstream_to_x, "dropout", sent, int(rng.integers(0, 2**31)))
    for number, ((result, gradient), (x, p, training, cotangent)) in enumerate(zip(found, sent, strict=True), 1):
        with in_case(number, len(sent), x):
            if not training:
                assert_close(result, x)
                mask = torch.ones_like(x)
            elif p == 1:
                assert_close(result, torch.zeros_like(x))
                mask = torch.zeros_like(x)
            else:
                mask = survivors(result, x / (1 - p)) / (1 - p)
            check_gradient(gradient, cotangent * mask)


@needs_value
@weight(4)
def test_elements_are_independent_and_follow_the_generator(student: Student, rng: Rng) -> None:
    """Elements share their fate with no neighbour; each call draws anew, from the generator that it was given.

    元素的去留与相邻元素无关；每次调用都从传入的 generator 重新抽取。
    """
    x, small, p = without_zeros(rng, 6, 6, 8, 10), without_zeros(rng, 40), 0.3
    found = student.run(draws, "dropout", x, small, p, int(rng.integers(0, 2**31)))
    small_kept = survivors(found.pop("small"), small.expand(100, 40) / (1 - p))
    kept = {name: survivors(result, x / (1 - p)) for name, result in found.items()}
    check_neighbours_unrelated(kept["first"], p)
    check_neighbours_unrelated(kept["globals_first"], p)
    check_counts_vary(small_kept, p)
    unrelated = are_unrelated(kept["first"], kept["second"], p) and are_unrelated(
        kept["globals_first"], kept["globals_second"], p
    )
    require(unrelated, "two calls in a row drop related elements", "先后两次调用丢弃的元素彼此相关")
    unrelated = are_unrelated(kept["first"], kept["other"], p)
    require(unrelated, "generators of different seeds drop related elements", "种子不同的 generator 丢弃的元素彼此相关")
    same = torch.equal(found["first"], found["repeated"])
    require(
        same,
        "a generator in the same state does not drop the same elements again",
        "处于同一状态的 generator 没有再次丢弃同样的元素",
    )
    same = torch.equal(found["globals_first"], found["globals_repeated"])
    require(
        same,
        "without a generator, `torch.manual_seed` does not make the same elements drop again",
        "没有 generator 时，`torch.manual_seed` 没有使同样的元素再次被丢弃",
    )


@needs_value
@weight(3)
def test_ends_of_the_range_dtypes_views_and_purity(student: Student, rng: Rng) -> None:
    """The ends of the range of `p`, every dtype, views, empty and 0-d inputs are right, and `x` stays as it is.

    `p` 取范围的两端、各种 dtype、视图、没有元素的和 0 维的输入都正确，`x` 保持原样。
    """
    block, double = without_zeros(rng, 3, 4), torch.float64
    cases = [
        (block, 0.0, True),
        (block, 1.0, True),
        (without_zeros(rng, 2, dtype=double), 0, True),
        (without_zeros(rng, 2, dtype=double), 1, True),
        (without_zeros(rng, 5, 8, dtype=double).T, 0.3, True),
        (without_zeros(rng, 40)[::2], 0.3, True),
        (without_zeros(rng, 40, dtype=torch.float16), 0.3, True),
        (without_zeros(rng, dtype=double), 0.3, True),
        (without_zeros(rng, 0, 3), 0.3, True),
        (without_zeros(rng, 4, dtype=double), 0.3, False),
        *[(without_zeros(rng, *shape, dtype=double), 0.37, True) for shape in SINGLES],
        (uneven(rng, 4, 1), 0.37, True),
        (uneven(rng, 40, 3), 0.37, True),
        (uneven(rng, 4, 3), 0.37, False),
    ]
    results, afterwards, ending = student.run(careful_calls, "dropout", cases, int(rng.integers(0, 2**31)))
    for number, (result, after, (x, p, training)) in enumerate(zip(results, afterwards, cases, strict=True), 1):
        with in_case(number, len(cases), x):
            if not training or p in (0, 1):
                assert_close(result, x if not training or p == 0 else torch.zeros_like(x))
            else:
                survivors(result, x / (1 - p))
            check_unchanged(after, x)
    check_no_fixed_device(ending)


@needs_value
@weight(1)
def test_defaults_settings_and_other_draws(student: Student, rng: Rng) -> None:
    """Defaults hold; torch's own settings do not matter and stay, and others may draw from the generator, too.

    默认值正确；结果不受 torch 各项设置的影响，也不改变它们；别处也可以从同一个 generator 抽取。
    """
    x = without_zeros(rng, 40, 50)
    for result in student.run(defaults, "dropout", x):
        check_keep_rate(survivors(result, 2 * x), 0.5)
    for p in (0.37, 0.5):
        check_settings(student.run(under_settings, "dropout", [x], p, int(rng.integers(0, 2**31))), x / (1 - p), p)
