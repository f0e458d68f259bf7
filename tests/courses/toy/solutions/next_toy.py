"""The next toy."""

from __future__ import annotations

import torch


class Halver(torch.nn.Module):
    """Halves its input."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        return x / 2
        ### END SOLUTION
