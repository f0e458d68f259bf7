"""Anchors: boxes laid over an image, how much they overlap, which object each one learns, and which one is kept."""

from __future__ import annotations

import math
import random
import sys
import warnings
from collections.abc import Sequence

import torch
from torch import Tensor

SEED = 42
random.seed(SEED)
torch.manual_seed(SEED)
torch.set_default_dtype(torch.float64)
torch.set_default_device("cpu")
torch.set_printoptions(precision=6, sci_mode=False, linewidth=200)
torch.set_num_threads(4)
torch.use_deterministic_algorithms(True)
torch.backends.cudnn.benchmark = False
warnings.filterwarnings("error")
sys.setrecursionlimit(10_000)


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
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


def _overlaps(a: Tensor, b: Tensor) -> Tensor:  # (N, 4), (M, 4) -> (N, M)
    sides = torch.minimum(a[:, None, 2:], b[None, :, 2:]) - torch.maximum(a[:, None, :2], b[None, :, :2])
    intersection = sides.clamp(min=0).prod(-1)
    area_a, area_b = ((boxes[:, 2:] - boxes[:, :2]).prod(-1) for boxes in (a, b))
    union = area_a[:, None] + area_b[None, :] - intersection
    return intersection / torch.where(union > 0, union, 1)


def _encoded(anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float]) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    shift = (boxes[:, :2] + boxes[:, 2:] - anchors[:, :2] - anchors[:, 2:]) / 2 / anchor_size
    offsets = torch.cat((shift, (box_size / anchor_size).log()), dim=1)
    return offsets / torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)


def box_iou(a: Tensor, b: Tensor) -> Tensor:  # (N, 4), (M, 4) -> (N, M)
    """Intersection over union of every pair of boxes: out[i, j] = area(a_i and b_j) / area(a_i or b_j).

    Boxes that do not overlap give 0, and so does a pair whose union has no area. Nothing is added to the union.
    """
    upper_left = torch.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (lower_right - upper_left).clamp(min=0)
    intersection = shared[..., 0] * shared[..., 1]
    area_a, area_b = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b))
    union = area_a[:, None] + area_b[None, :] - intersection
    return intersection / torch.where(union > 0, union, 1)


def assign_anchors(
    anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5
) -> Tensor:  # (A, 4), (G, 4) -> int64 (A,), -1 is background
    """Says for each anchor which ground-truth box it has to learn, or -1 for the background.

    Phase 1, min(A, G) times: of the anchors and ground truths not yet used, the pair of largest IoU belongs
    together, whatever that IoU is (ties: the smallest anchor, then the smallest ground truth). Phase 2: each other
    anchor gets the ground truth of largest IoU (ties: the smallest) if that IoU is at least `iou_threshold`, else -1.
    """
    iou = _overlaps(anchors, gt)
    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(gt) > 0:
        best, best_gt = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_gt, assigned)
    for _ in range(min(iou.shape)):  # comes second and overwrites, so that every object gets its own anchor
        row, column = divmod(int(iou.argmax()), len(gt))
        assigned[row] = column
        iou[row], iou[:, column] = -1, -1
    return assigned


def encode_offsets(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:  # (A, 4), (A, 4) -> (A, 4)
    """Describes each box as seen from the anchor of the same row, with (x, y) the centres, w and h the sides.

    The four numbers are ((x_b - x_a) / w_a / s1, (y_b - y_a) / h_a / s2, ln(w_b / w_a) / s3, ln(h_b / h_a) / s4),
    where (s1, s2, s3, s4) is `sigma`.
    """
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, :2] + anchors[:, 2:]) / 2, (boxes[:, :2] + boxes[:, 2:]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


def decode_offsets(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:  # (A, 4), (A, 4) -> (A, 4)
    """Turns offsets into boxes (x1, y1, x2, y2): the inverse of `encode_offsets` for the same anchors and sigma."""
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    half = scaled[:, 2:].exp() * anchor_size / 2
    return torch.cat((center - half, center + half), dim=1)


def multibox_target(
    anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:  # (A, 4), (G, 5) -> (A, 4), (A, 4), int64 (A,)
    """Returns what the anchors of one image have to learn: offsets, mask and classes.

    A row of `labels` is (class, x1, y1, x2, y2). Anchors are assigned as `assign_anchors` says. An assigned anchor
    has the offsets of `encode_offsets` with its default sigma, a mask row of ones and its object's class + 1; a
    background anchor has zeros in all three. Offsets and mask have the dtype of `anchors`.
    """
    iou = _overlaps(anchors, labels[:, 1:])
    assigned = torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
    if len(labels) > 0:
        best, best_label = iou.max(dim=1)
        assigned = torch.where(best >= iou_threshold, best_label, assigned)
    for _ in range(min(iou.shape)):  # comes second and overwrites, so that every object gets its own anchor
        row, column = divmod(int(iou.argmax()), len(labels))
        assigned[row] = column
        iou[row], iou[:, column] = -1, -1
    is_object = assigned >= 0
    objects = labels[assigned[is_object]]
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    offsets[is_object] = _encoded(anchors[is_object], objects[:, 1:], (0.1, 0.1, 0.2, 0.2))
    mask[is_object] = 1
    classes = torch.zeros_like(assigned)
    classes[is_object] = objects[:, 0].to(torch.int64) + 1
    return offsets, mask, classes


def nms(
    boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None
) -> Tensor:  # (N, 4), (N,), int64 (N,) -> int64 (K,)
    """Keeps the best of the boxes that show the same object, and returns the indices of the kept ones.

    Boxes are visited by falling score (ties: the smaller index first). A box is kept if no box that was kept before
    and has the same class has an IoU with it above `iou_threshold`. The indices are in the order of the visit.
    Without `classes` all boxes have the same class.
    """
    iou = _overlaps(boxes, boxes)
    is_rival = iou > iou_threshold
    if classes is not None:
        is_rival &= classes[:, None] == classes[None, :]
    rivals = is_rival.tolist()
    order = scores.argsort(descending=True, stable=True).tolist()
    kept: list[int] = []
    for index in order:
        if not any(rivals[index][other] for other in kept):
            kept.append(index)
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)


torch.set_grad_enabled(False)
print(multibox_prior(1, 2, [0.5], [1.0, 4.0]))
print(nms(torch.tensor([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.9]]), torch.tensor([0.5, 0.9]), 0.5))
torch.set_grad_enabled(True)
