"""Plausible wrong versions of `encode_offsets`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(en="Your `encode_offsets` does not divide by sigma.", zh="你的 `encode_offsets` 没有除以 sigma。")
def forgets_sigma(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size).log()
    return torch.cat((shift, stretch), dim=1)
