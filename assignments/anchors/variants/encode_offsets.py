"""Right solutions of `encode_offsets` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def difference_of_logarithms(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    xa1, ya1, xa2, ya2 = anchors.unbind(1)
    xb1, yb1, xb2, yb2 = boxes.unbind(1)
    wa, ha, wb, hb = xa2 - xa1, ya2 - ya1, xb2 - xb1, yb2 - yb1
    dx = ((xb1 + xb2) / 2 - (xa1 + xa2) / 2) / wa
    dy = ((yb1 + yb2) / 2 - (ya1 + ya2) / 2) / ha
    columns = (dx, dy, torch.log(wb) - torch.log(wa), torch.log(hb) - torch.log(ha))
    return torch.stack([column / s for column, s in zip(columns, sigma, strict=True)], dim=1)


@variant
def corner_plus_half_a_side(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    def center_form(corners: Tensor) -> tuple[Tensor, Tensor]:
        sides = corners[:, 2:] - corners[:, :2]
        return corners[:, :2] + 0.5 * sides, sides

    (center_a, sides_a), (center_b, sides_b) = center_form(anchors), center_form(boxes)
    out = torch.cat([(center_b - center_a) / sides_a, torch.log(sides_b / sides_a)], -1)
    return out.div(out.new_tensor(sigma))
