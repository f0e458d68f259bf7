"""Plausible wrong versions of `box_iou`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `box_iou` lets the sides of an intersection be negative, so that disjoint boxes get an overlap.",
    zh="你的 `box_iou` 允许交集的边为负，不相交的框因此也有了重叠。",
)
def no_clamp(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = lower_right - upper_left
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :] - intersection
    return intersection / torch.where(union > 0, union, 1)


@mutant(
    en="Your `box_iou` cuts off the area instead of the sides: two negative sides give a positive area.",
    zh="你的 `box_iou` 截断的是面积而不是边长：两条负的边相乘得到正的面积。",
)
def clamps_the_area(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = lower_right - upper_left
    intersection = (shared[..., 0] * shared[..., 1]).clamp(min=0)
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :] - intersection
    return intersection / torch.where(union > 0, union, 1)


@mutant(
    en="Your `box_iou` adds 1 to every side, as if corners were pixel numbers.",
    zh="你的 `box_iou` 给每条边都加了 1，好像角点是像素编号。",
)
def counts_pixels(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left + 1).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0] + 1) * (a[:, 3] - a[:, 1] + 1)
    area_b = (b[:, 2] - b[:, 0] + 1) * (b[:, 3] - b[:, 1] + 1)
    union = area_a[:, None] + area_b[None, :] - intersection
    return intersection / torch.where(union > 0, union, 1)


@mutant(
    en="Your `box_iou` divides by the sum of the areas; the intersection is counted twice in it.",
    zh="你的 `box_iou` 除以的是面积之和；其中交集被计算了两次。",
)
def sum_of_areas(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :]
    return intersection / torch.where(union > 0, union, 1)


@mutant(
    en="Your `box_iou` divides by the smaller of the two areas; the union is asked for.",
    zh="你的 `box_iou` 除以的是较小的面积；应当除以并集。",
)
def smaller_area(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = torch.minimum(area_a[:, None], area_b[None, :])
    return intersection / torch.where(union > 0, union, 1)


@mutant(
    en="Your `box_iou` divides by the area of the box of `a`; the union is asked for.",
    zh="你的 `box_iou` 除以的是 `a` 中框的面积；应当除以并集。",
)
def area_of_the_first(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    union = area_a[:, None].expand_as(intersection)
    return intersection / torch.where(union > 0, union, 1)


@mutant(
    en="Your `box_iou` divides by the area of the box that encloses both; the union is smaller.",
    zh="你的 `box_iou` 除以的是包住两者的外接框的面积；并集比它小。",
)
def enclosing_box(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    hull = torch.maximum(a[:, None, 2:], b[None, :, 2:]) - torch.minimum(a[:, None, :2], b[None, :, :2])
    union = hull[..., 0] * hull[..., 1]
    return intersection / torch.where(union > 0, union, 1)


@mutant(
    en="Your `box_iou` returns the area of the intersection; it has to be divided by that of the union.",
    zh="你的 `box_iou` 返回的是交集的面积；还要除以并集的面积。",
)
def divides_nothing(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    return intersection


@mutant(
    en="Your `box_iou` gives NaN for boxes without area: 0 is divided by 0.",
    zh="你的 `box_iou` 对没有面积的框得到 NaN：用 0 除以了 0。",
)
def zero_by_zero(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :] - intersection
    return intersection / union


@mutant(
    en="Your `box_iou` adds a small number to the union, which is not small beside tiny boxes.",
    zh="你的 `box_iou` 给并集加了一个小常数，对很小的框来说它并不小。",
)
def adds_a_small_number(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :] - intersection
    return intersection / (union + 1e-9)


@mutant(
    en="Your `box_iou` compares equal row numbers only when N equals M; all pairs are asked for.",
    zh="你的 `box_iou` 当两边框数相同时只比较同一行的框；要求的是所有的配对。",
)
def only_equal_indices(a: Tensor, b: Tensor) -> Tensor:
    if len(a) == len(b) > 0:
        sides = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0)
        common = sides.prod(-1)
        total = (a[:, 2:] - a[:, :2]).prod(-1) + (b[:, 2:] - b[:, :2]).prod(-1) - common
        return torch.diag(common / torch.where(total > 0, total, 1))
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :] - intersection
    return intersection / torch.where(union > 0, union, 1)


@mutant(
    en="Your `box_iou` reads (centre x, centre y, width, height); boxes are given by their corners.",
    zh="你的 `box_iou` 把框当成（中心 x、中心 y、宽、高）来读；框是用角点给出的。",
)
def reads_centers(a: Tensor, b: Tensor) -> Tensor:
    a = torch.cat((a[:, :2] - a[:, 2:] / 2, a[:, :2] + a[:, 2:] / 2), dim=1)
    b = torch.cat((b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2), dim=1)
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :] - intersection
    return intersection / torch.where(union > 0, union, 1)


@mutant(
    en="Your `box_iou` reads (x1, y1, width, height); boxes are given by two corners.",
    zh="你的 `box_iou` 把框当成（x1、y1、宽、高）来读；框是用两个角点给出的。",
)
def reads_corner_and_sides(a: Tensor, b: Tensor) -> Tensor:
    a = torch.cat((a[:, :2], a[:, :2] + a[:, 2:]), dim=1)
    b = torch.cat((b[:, :2], b[:, :2] + b[:, 2:]), dim=1)
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :] - intersection
    return intersection / torch.where(union > 0, union, 1)


@mutant(
    en="Your `box_iou` has the axes the wrong way round: rows belong to `a`, columns to `b`.",
    zh="你的 `box_iou` 把两个轴弄反了：行对应 `a`，列对应 `b`。",
)
def transposed(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :] - intersection
    return (intersection / torch.where(union > 0, union, 1)).T


@mutant(
    en="Your `box_iou` returns a result that is cut off from its arguments, so that no gradient flows back.",
    zh="你的 `box_iou` 返回的结果与参数断开了，梯度无法流回。",
)
def cut_off_from_the_graph(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :] - intersection
    return (intersection / torch.where(union > 0, union, 1)).detach()


@mutant(
    en="Your `box_iou` fails when `a` has no boxes; the result then has no rows.",
    zh="你的 `box_iou` 在 `a` 没有框时出错；此时结果应当没有行。",
)
def crashes_without_boxes(a: Tensor, b: Tensor) -> Tensor:
    if len(a) == 0:
        return torch.stack([])
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :] - intersection
    return intersection / torch.where(union > 0, union, 1)


@mutant(
    en="Your `box_iou` gives an overlap to boxes that lie apart: it uses absolute values of the sides.",
    zh="你的 `box_iou` 对彼此分开的框也给出重叠：它用了边长的绝对值。",
)
def distance_of_touching_boxes(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).abs()
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :] - intersection
    return intersection / torch.where(union > 0, union, 1)


@mutant(
    en="Your `box_iou` changes `b` in place; arguments have to stay as they are.",
    zh="你的 `box_iou` 就地修改了 `b`；参数应当保持不变。",
)
def changes_its_argument(a: Tensor, b: Tensor) -> Tensor:
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :] - intersection
    result = intersection / torch.where(union > 0, union, 1)
    if not b.requires_grad:
        b.sub_(b.amin() if b.numel() else 0)
    return result
