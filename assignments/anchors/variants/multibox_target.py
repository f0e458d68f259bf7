"""Right solutions of `multibox_target` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def uses_the_other_tasks(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    assigned = assign_anchors(anchors, labels[:, 1:], iou_threshold)  # noqa: F821 - of the student's file
    mask = (assigned >= 0).unsqueeze(1).expand(-1, 4).to(anchors.dtype)
    if len(labels) == 0:
        return torch.zeros_like(anchors), mask, torch.zeros_like(assigned)
    objects = labels[assigned.clamp(min=0)]
    offsets = encode_offsets(anchors, objects[:, 1:]) * mask  # noqa: F821 - of the student's file
    return offsets, mask, torch.where(assigned >= 0, objects[:, 0].long() + 1, 0)


@variant
def anchor_by_anchor(anchors: Tensor, labels: Tensor, iou_threshold: float = 0.5) -> tuple[Tensor, Tensor, Tensor]:
    def overlap(p: Tensor, q: Tensor) -> float:
        w, h = (torch.minimum(p[2:], q[2:]) - torch.maximum(p[:2], q[:2])).clamp(min=0).tolist()
        (wp, hp), (wq, hq) = (p[2:] - p[:2]).tolist(), (q[2:] - q[:2]).tolist()
        return w * h / (wp * hp + wq * hq - w * h)

    iou = {(i, j): overlap(p, q[1:]) for i, p in enumerate(anchors) for j, q in enumerate(labels)}
    matches: dict[int, int] = {}
    left = dict(iou)
    while left:
        row, column = max(left, key=lambda pair: (left[pair], -pair[0], -pair[1]))
        matches[row] = column
        left = {(i, j): value for (i, j), value in left.items() if i != row and j != column}
    offsets, mask = torch.zeros_like(anchors), torch.zeros_like(anchors)
    classes = torch.zeros(len(anchors), dtype=torch.int64, device=anchors.device)
    for i, p in enumerate(anchors):
        best = max(range(len(labels)), key=lambda j: iou[i, j], default=-1)
        match = matches.get(i, best if best >= 0 and iou[i, best] >= iou_threshold else -1)
        if match < 0:
            continue
        q = labels[match, 1:]
        shift = ((q[:2] + q[2:]) / 2 - (p[:2] + p[2:]) / 2) / (p[2:] - p[:2])
        offsets[i, :2], offsets[i, 2:] = shift / 0.1, torch.log((q[2:] - q[:2]) / (p[2:] - p[:2])) / 0.2
        mask[i], classes[i] = 1, int(labels[match, 0]) + 1
    return offsets, mask, classes
