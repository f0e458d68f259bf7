"""float64 inside, exact fractions for the decisions, per-class recursion, affine matrices."""
from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

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
    pairs = [(s, r) for s, r in itertools.product(sizes, ratios)]
    n, m = len(sizes), len(ratios)
    pairs = pairs[:m] + pairs[m :: m]
    assert len(pairs) == n + m - 1
    out = torch.empty(height, width, len(pairs), 4, dtype=torch.float64, device=device)
    xs = torch.linspace(0.5, width - 0.5, width, dtype=torch.float64, device=device) / width
    ys = torch.linspace(0.5, height - 0.5, height, dtype=torch.float64, device=device) / height
    for k, (s, r) in enumerate(pairs):
        w, h = s * r**0.5 * height / width, s * r**-0.5
        out[:, :, k, 0] = xs - w / 2
        out[:, :, k, 2] = xs + w / 2
        out[:, :, k, 1] = (ys - h / 2)[:, None]
        out[:, :, k, 3] = (ys + h / 2)[:, None]
    return out.view(-1, 4).to(dtype)


def box_iou(a: Tensor, b: Tensor) -> Tensor:
    p, q = a.double(), b.double()
    inter = 1.0
    size_p = size_q = 1.0
    for lo in (0, 1):
        hi = lo + 2
        overlap = torch.minimum(p[:, hi, None], q[None, :, hi]) - torch.maximum(p[:, lo, None], q[None, :, lo])
        inter = inter * overlap.clamp_min(0.0)
        size_p = size_p * (p[:, hi] - p[:, lo])
        size_q = size_q * (q[:, hi] - q[:, lo])
    union = size_p.unsqueeze(1) + size_q.unsqueeze(0) - inter
    return torch.nan_to_num(inter / union, nan=0.0).to(a.dtype)


def _exact_iou(p, q):
    p, q = [Fraction(v) for v in p], [Fraction(v) for v in q]
    w = max(Fraction(0), min(p[2], q[2]) - max(p[0], q[0]))
    h = max(Fraction(0), min(p[3], q[3]) - max(p[1], q[1]))
    inter = w * h
    union = (p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - inter
    return inter / union


def assign_anchors(anchors: Tensor, gt: Tensor, iou_threshold: float = 0.5) -> Tensor:
    al, gl = anchors.tolist(), gt.tolist()
    iou = {(i, j): _exact_iou(p, q) for i, p in enumerate(al) for j, q in enumerate(gl)}
    found: dict[int, int] = {}
    left = dict(iou)
    while left:
        i, j = min(left, key=lambda ij: (-left[ij], ij))
        found[i] = j
        left = {ij: v for ij, v in left.items() if ij[0] != i and ij[1] != j}
    for i in range(len(al)):
        if i not in found and gl:
            j = min(range(len(gl)), key=lambda j: (-iou[i, j], j))
            found[i] = j if iou[i, j] >= iou_threshold else -1
    return torch.tensor([found.get(i, -1) for i in range(len(al))], dtype=torch.int64, device=anchors.device)


# corners -> (centre, sides)
def _m(like: Tensor) -> Tensor:
    return torch.tensor(
        [[0.5, 0, -1, 0], [0, 0.5, 0, -1], [0.5, 0, 1, 0], [0, 0.5, 0, 1]], dtype=torch.float64, device=like.device
    )


def encode_offsets(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    m = _m(anchors)
    a, b = anchors.double() @ m, boxes.double() @ m
    out = torch.empty_like(a)
    out[:, :2] = (b[:, :2] - a[:, :2]) / a[:, 2:]
    out[:, 2:] = torch.log(b[:, 2:]) - torch.log(a[:, 2:])
    out /= torch.tensor(sigma, dtype=torch.float64, device=anchors.device)
    return out.to(anchors.dtype)


def decode_offsets(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    m = _m(anchors)
    a = anchors.double() @ m
    t = offsets.double() * torch.tensor(sigma, dtype=torch.float64, device=anchors.device)
    b = torch.cat([torch.addcmul(a[:, :2], t[:, :2], a[:, 2:]), t[:, 2:].exp() * a[:, 2:]], dim=1)
    return (b @ torch.linalg.inv(m)).to(anchors.dtype)


def multibox_target(
    anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:
    who = assign_anchors(anchors, labels[:, 1:], iou_threshold)
    rows = torch.nonzero(who >= 0).squeeze(1)
    obj = labels.index_select(0, who[rows])
    offsets = torch.zeros(anchors.shape, dtype=anchors.dtype, device=anchors.device)
    offsets.index_copy_(0, rows, encode_offsets(anchors[rows], obj[:, 1:]))
    mask = torch.zeros_like(offsets).index_fill_(0, rows, 1.0)
    classes = torch.zeros_like(who)
    classes[rows] = obj[:, 0].round().to(torch.int64) + 1
    return offsets, mask, classes


def nms(boxes: Tensor, scores: Tensor, iou_threshold: float, classes: Tensor | None = None) -> Tensor:
    bl, sl = boxes.tolist(), scores.tolist()
    groups = defaultdict(list)
    for i in range(len(bl)):
        groups[0 if classes is None else int(classes[i])].append(i)

    def keep(queue):
        result = []
        while queue:
            top, *queue = queue
            result.append(top)
            queue = [i for i in queue if not _exact_iou(bl[top], bl[i]) > iou_threshold]
        return result

    winners = []
    for members in groups.values():
        members.sort(key=lambda i: sl[i], reverse=True)
        winners += keep(members)
    winners.sort(key=lambda i: (-sl[i], i))
    return torch.tensor(winners, dtype=torch.int64, device=boxes.device)
