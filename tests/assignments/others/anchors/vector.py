"""Vectorised in the dtype of the arguments; argmax with masking; matrix suppression."""
from __future__ import annotations

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
) -> Tensor:
    kw = {"dtype": dtype, "device": device}
    s = torch.tensor(sizes, **kw)
    r = torch.tensor(ratios, **kw)
    ss = torch.cat([s[:1].expand(len(ratios)), s[1:]])
    rr = torch.cat([r, r[:1].expand(len(sizes) - 1)])
    half = torch.stack([ss * rr.sqrt() * height / width, ss / rr.sqrt()], -1) / 2  # K, 2
    y, x = torch.meshgrid(
        (torch.arange(height, **kw) + 0.5) / height, (torch.arange(width, **kw) + 0.5) / width, indexing="ij"
    )
    centre = torch.stack([x, y], -1)[:, :, None]  # H W 1 2
    return torch.cat([centre - half, centre + half], -1).reshape(-1, 4)


def box_iou(a: Tensor, b: Tensor) -> Tensor:
    area_a, area_b = (t[:, 2:].sub(t[:, :2]).prod(1) for t in (a, b))
    top_left = torch.max(a[:, None, :2], b[:, :2])
    bottom_right = torch.min(a[:, None, 2:], b[:, 2:])
    inter = torch.relu(bottom_right - top_left).prod(-1)
    union = area_a[:, None] + area_b - inter
    return inter / union.masked_fill(union <= 0, 1)


def assign_anchors(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    A, G = len(anchors), len(gt)
    out = anchors.new_full((A,), -1, dtype=torch.long)
    if G == 0:
        return out
    iou = box_iou(anchors, gt)
    best, arg = iou.max(dim=1)
    out = torch.where(best >= iou_threshold, arg, out)
    free = iou.clone()
    for _ in range(min(A, G)):
        flat = free.argmax()
        i, j = torch.div(flat, G, rounding_mode="floor"), flat % G
        out[i] = j
        free[i, :] = -1
        free[:, j] = -1
    return out


def _cxcywh(t: Tensor) -> tuple[Tensor, Tensor]:
    lo, hi = t.chunk(2, dim=-1)
    return (lo + hi) * 0.5, hi - lo


def encode_offsets(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    (ca, sa), (cb, sb) = _cxcywh(anchors), _cxcywh(boxes)
    return torch.cat([(cb - ca) / sa, (sb / sa).log()], 1) / anchors.new_tensor(sigma)


def decode_offsets(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    ca, sa = _cxcywh(anchors)
    d, ln = (offsets * torch.as_tensor(sigma, dtype=offsets.dtype, device=offsets.device)).split(2, 1)
    c, s = ca + d * sa, ln.exp() * sa
    return torch.cat([c - 0.5 * s, c + 0.5 * s], 1)


def multibox_target(
    anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:
    who = assign_anchors(anchors, labels[:, 1:], iou_threshold)
    fg = who >= 0
    # a last row for the background: index -1
    table = torch.cat([labels, labels.new_tensor([[-1, 0, 0, 1, 1]])])
    rows = table[who]
    mask = fg[:, None].expand(-1, 4).to(anchors.dtype)
    return encode_offsets(anchors, rows[:, 1:]) * mask, mask, rows[:, 0].long() + 1


def nms(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    order = torch.argsort(scores, descending=True, stable=True)
    b = boxes[order]
    hit = box_iou(b, b) > iou_threshold
    if classes is not None:
        c = classes[order]
        hit &= c[:, None] == c
    alive = torch.ones(len(b), dtype=torch.bool, device=boxes.device)
    for i in range(len(b)):
        if alive[i]:
            alive[i + 1 :] &= ~hit[i, i + 1 :]
    return order[alive]
