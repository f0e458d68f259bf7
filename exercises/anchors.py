"""Anchors: boxes laid over an image, how much they overlap, which object each one learns, and which one is kept."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def multibox_prior(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:  # (H*W*(n+m-1), 4)
    """Lays anchor boxes over a map of H x W pixels, as normalised corners (x1, y1, x2, y2).

    Row by row, pixel (i, j) with its centre ((j + 0.5) / W, (i + 0.5) / H) gets one box for each of the pairs
    (s1, r1), (s1, r2), ..., (s1, rm), (s2, r1), ..., (sn, r1), of width s * sqrt(r) * H / W and height s / sqrt(r).
    Boxes are not clipped.
    """
    raise NotImplementedError("multibox_prior")


def box_iou(a: Tensor, b: Tensor) -> Tensor:  # (N, 4), (M, 4) -> (N, M)
    """Intersection over union of every pair of boxes: out[i, j] = area(a_i and b_j) / area(a_i or b_j).

    Boxes that do not overlap give 0, and so does a pair whose union has no area. Nothing is added to the union.
    """
    raise NotImplementedError("box_iou")


def assign_anchors(
    anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5
) -> Tensor:  # (A, 4), (G, 4) -> int64 (A,), -1 is background
    """Says for each anchor which ground-truth box it has to learn, or -1 for the background.

    Phase 1, min(A, G) times: of the anchors and ground truths not yet used, the pair of largest IoU belongs
    together, whatever that IoU is (ties: the smallest anchor, then the smallest ground truth). Phase 2: each other
    anchor gets the ground truth of largest IoU (ties: the smallest) if that IoU is at least `iou_threshold`, else -1.
    """
    raise NotImplementedError("assign_anchors")


def encode_offsets(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:  # (A, 4), (A, 4) -> (A, 4)
    """Describes each box as seen from the anchor of the same row, with (x, y) the centres, w and h the sides.

    The four numbers are ((x_b - x_a) / w_a / s1, (y_b - y_a) / h_a / s2, ln(w_b / w_a) / s3, ln(h_b / h_a) / s4),
    where (s1, s2, s3, s4) is `sigma`.
    """
    raise NotImplementedError("encode_offsets")


def decode_offsets(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:  # (A, 4), (A, 4) -> (A, 4)
    """Turns offsets into boxes (x1, y1, x2, y2): the inverse of `encode_offsets` for the same anchors and sigma."""
    raise NotImplementedError("decode_offsets")


def multibox_target(
    anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:  # (A, 4), (G, 5) -> (A, 4), (A, 4), int64 (A,)
    """Returns what the anchors of one image have to learn: offsets, mask and classes.

    A row of `labels` is (class, x1, y1, x2, y2). Anchors are assigned as `assign_anchors` says. An assigned anchor
    has the offsets of `encode_offsets` with its default sigma, a mask row of ones and its object's class + 1; a
    background anchor has zeros in all three. Offsets and mask have the dtype of `anchors`.
    """
    raise NotImplementedError("multibox_target")


def nms(
    boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None
) -> Tensor:  # (N, 4), (N,), int64 (N,) -> int64 (K,)
    """Keeps the best of the boxes that show the same object, and returns the indices of the kept ones.

    Boxes are visited by falling score (ties: the smaller index first). A box is kept if no box that was kept before
    and has the same class has an IoU with it above `iou_threshold`. The indices are in the order of the visit.
    Without `classes` all boxes have the same class.
    """
    raise NotImplementedError("nms")
