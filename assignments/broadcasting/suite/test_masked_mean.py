"""Tests of `masked_mean`: what is counted, and that what is not selected has no effect at all."""

from __future__ import annotations

import torch
from broadcasting_oracle import gradients_of, in_other_memory, masked_mean_spec
from broadcasting_probes import answers, check_gradients, gradients
from torch import Tensor

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("masked_mean")

_WITH_ONES = (((1, 3, 4), (3, 1), 1), ((2, 1, 4), (2, 1, 4), 1), ((2, 3, 1), (1, 3, 1), 0), ((3, 1), (3, 1), 1))


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    x = torch.tensor([[1.0, 4.0, float("nan")], [3.0, 8.0, 9.0], [5.0, 6.0, 7.0]])
    mask = torch.tensor([[True, True, False], [False, True, False], [False, False, False]])
    assert_close(student.masked_mean(x, mask, dim=1), torch.tensor([2.5, 8.0, 0.0]))


@weight(4)
def test_only_selected_elements_are_averaged(student: Student, rng: Rng) -> None:
    """Means count the selected elements only, for full masks and for masks that are broadcast to `x`.

    均值只计入选中的元素，无论掩码是完整的，还是需要广播到 `x` 的。
    """
    block, cube = rng.normal(2, 3, 4, dtype=torch.float64), rng.normal(3, 3, 3)
    square = rng.normal(4, 4, dtype=torch.float64)
    cases = [
        (block, _mask(rng, 2, 3, 1), 1),
        (block, _mask(rng, 3, 1), 1),
        (block, _mask(rng, 2, 3, 4), 1),
        (block, _mask(rng, 2, 3, 1), 2),
        (block, _mask(rng, 2, 1, 1), 1),
        (block, _mask(rng, 4), 0),
        (cube, _mask(rng, 3, 1), 1),
        (cube, _mask(rng, 3, 3, 1), 0),
        (square, _mask(rng, 4, 1), 1),
        (square, _mask(rng, 4), 1),
        (square, _mask(rng, 4, 4), 0),
        (rng.normal(4, 4, dtype=torch.float64), _mask(rng, 4, 4), 0),  # as before, with other values
        (rng.spread(5, 4, dtype=torch.float64), _mask(rng, 5, 4), 1),
    ]
    expected = [masked_mean_spec(*case) for case in cases]
    assert_close(student.run(answers, "masked_mean", cases), expected, cases=cases)


@needs_value
@weight(3)
def test_gradient_is_zero_where_nothing_is_selected(student: Student, rng: Rng) -> None:
    """A random upstream gradient reaches the selected elements only, whatever the others hold.

    随机的上游梯度只流到选中的元素，不论其余元素是什么值。
    """
    mask = _mask(rng, 3, 4)
    mask[1] = False
    plain, spoilt = rng.normal(3, 4, dtype=torch.float64), rng.normal(3, 4, dtype=torch.float64)
    spoilt = _spoil(spoilt, mask)
    tall = rng.normal(2, 3, 4, dtype=torch.float64)
    cases = [
        ([plain], rng.normal(3, dtype=torch.float64), [mask, 1]),
        ([spoilt], rng.normal(3, dtype=torch.float64), [mask, 1]),
        ([tall], rng.normal(2, 4, dtype=torch.float64), [_mask(rng, 3, 1), -2]),
        ([tall[:, :1]], rng.normal(2, 4, dtype=torch.float64), [_mask(rng, 2, 1, 4), 1]),
        ([tall], rng.normal(2, 3, dtype=torch.float64), [_mask(rng, 2, 3, 1), 2]),
    ]
    expected = [gradients_of(masked_mean_spec, *case[:2], *case[2]) for case in cases]
    check_gradients(student.run(gradients, "masked_mean", cases), expected, cases)


@needs_value
@weight(2)
def test_unselected_nan_empty_slices_and_negative_dim(student: Student, rng: Rng) -> None:
    """Unselected NaN and infinity, empty selections, negative `dim`, sizes of one and views are right.

    未选中的 NaN 和无穷、一个元素也没选中的切片、负的 `dim`、大小为 1 以及视图都处理正确。
    """
    mask = _mask(rng, 4, 4)
    mask[2], mask[:, 1] = False, False
    x, wide = _spoil(rng.normal(4, 4), mask), _spoil(rng.normal(4, 4, 2), mask[..., None].expand(4, 4, 2))
    block = rng.normal(4, 2, 3).permute(2, 0, 1)
    cases = [
        (x, mask, 1),
        (x, mask, 0),
        (wide, mask[..., None], 1),
        (block, _mask(rng, 4, 3).mT[..., None], -2),
        (block[:, ::2], _mask(rng, 3, 2, 2), -3),
        (rng.normal(5), _mask(rng, 5), 0),
        (in_other_memory(rng.normal(2, 3, 4)), in_other_memory(_mask(rng, 2, 3, 4)), 2),
        (rng.normal(3, 4), torch.tensor(True, device=rng.device), 0),
        (rng.normal(3, 4, dtype=torch.float64), torch.tensor(False, device=rng.device), 1),
    ]
    for shape, mask_shape, dim in _WITH_ONES:
        cases.append((rng.normal(*shape, dtype=torch.float64), _mask(rng, *mask_shape), dim))
    expected = [masked_mean_spec(*case) for case in cases] + [torch.zeros(3)]
    cases.append((torch.zeros(3, 0), torch.zeros(3, 0, dtype=torch.bool), 1))  # no elements
    assert_close(student.run(answers, "masked_mean", cases), expected, cases=cases)


@needs_value
@weight(2)
def test_rules_hold(student: Student, rng: Rng) -> None:
    """The rules hold: views, dtypes and devices, unchanged arguments and settings, gradients.

    遵守题目的规则：视图、dtype 与设备，参数和设置保持不变，梯度。
    """
    args = rng.normal(3, 4), _mask(rng, 3, 4), 1
    assert_keeps_promises(student, "masked_mean", masked_mean_spec, args, rng=rng)


def _mask(rng: Rng, *shape: int) -> Tensor:
    """Draws a mask that is True and False somewhere, whatever the seed."""
    mask = rng.bools(*shape, p=0.6)
    mask.view(-1)[0], mask.view(-1)[-1] = True, False
    return mask


def _spoil(x: Tensor, mask: Tensor) -> Tensor:
    """Puts NaN, infinity and minus infinity where the mask is False."""
    bad = torch.tensor([float("nan"), float("inf"), float("-inf")], dtype=x.dtype)
    return torch.where(mask, x, bad[torch.arange(x.numel()) % 3].reshape(x.shape))
