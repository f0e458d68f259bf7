"""Random boxes for the tests, drawn so that no order of rounding can decide an answer.

Random positions keep a distance from every tie and from the threshold. Boxes of the grid have corners that are
multiples of 1/16, so that areas, intersections and unions come out exact even in float32.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import torch
from anchors_oracle import pair_iou
from torch import Tensor

from grader.suite import Rng

FINE = 2.0**-30
"""Too small beside 0.5 for float32, and exact in float64."""

_MARGIN = 1e-6


def draw_boxes(rng: Rng, count: int) -> Tensor:
    """Returns boxes in float64 that often overlap."""
    corner = rng.uniform(count, 2, high=0.6, dtype=torch.float64)
    side = rng.uniform(count, 2, low=0.15, high=0.6, dtype=torch.float64)
    return torch.cat((corner, corner + side), dim=1)


def draw_grid_boxes(rng: Rng, count: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Returns boxes whose numbers are exact, with sides of 1/4 to 1."""
    corner, side = rng.integers(0, 16, count, 2), rng.integers(4, 17, count, 2)
    return torch.cat((corner, corner + side), dim=1).to(dtype) / 16


def near(rng: Rng, boxes: Tensor) -> Tensor:
    """Moves and stretches every box a little."""
    corner, side = boxes[:, :2], boxes[:, 2:] - boxes[:, :2]
    corner = corner + rng.uniform(len(boxes), 2, low=-0.15, high=0.15, dtype=boxes.dtype)
    side = side * rng.uniform(len(boxes), 2, low=0.6, high=1.4, dtype=boxes.dtype)
    return torch.cat((corner, corner + side), dim=1)


def draw_anchor_set(rng: Rng, num_anchors: int, num_gt: int, iou_threshold: float) -> tuple[Tensor, Tensor]:
    """Returns anchors that lie around the ground truths; every IoU differs clearly from the others."""
    while True:
        gt = draw_boxes(rng, num_gt)
        anchors = near(rng, gt[rng.integers(0, num_gt, num_anchors)])
        pairs = list(itertools.product(anchors.tolist(), gt.tolist()))
        positive = [value for value in (pair_iou(p, q) for p, q in pairs) if value > 0]
        if _overlap_is_clear(pairs) and _are_apart([*positive, iou_threshold]):
            return anchors, gt


def draw_box_set(rng: Rng, count: int, iou_threshold: float) -> Tensor:
    """Returns boxes in a few clusters; no IoU is close to the threshold."""
    while True:
        boxes = near(rng, draw_boxes(rng, 1 + count // 3)[rng.integers(0, 1 + count // 3, count)])
        pairs = list(itertools.combinations(boxes.tolist(), 2))
        far_from_threshold = all(abs(pair_iou(p, q) - iou_threshold) > _MARGIN for p, q in pairs)
        if _overlap_is_clear(pairs) and far_from_threshold:
            return boxes


def draw_scores(rng: Rng, count: int) -> Tensor:
    """Returns scores in random order, all different, some negative."""
    return (rng.permutation(count).to(torch.float64) + rng.uniform(count, high=0.5, dtype=torch.float64)) / 4 - 1


def _overlap_is_clear(pairs: Iterable[tuple[Sequence[float], Sequence[float]]]) -> bool:
    """Whether each pair clearly overlaps or clearly does not, along both axes."""
    return all(
        abs(min(p[axis + 2], q[axis + 2]) - max(p[axis], q[axis])) > _MARGIN for p, q in pairs for axis in (0, 1)
    )


def _are_apart(values: Sequence[float]) -> bool:
    return all(later - earlier > _MARGIN for earlier, later in itertools.pairwise(sorted(values)))
