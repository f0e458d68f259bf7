"""Two toys."""

from __future__ import annotations

import torch
from torch import Tensor


def double(x: Tensor) -> Tensor:
    """Returns twice `x`."""
    ### BEGIN SOLUTION
    if not torch.is_floating_point(x):
        raise ValueError("integers")
    return 2 * x
    ### END SOLUTION


def add_(x: Tensor, y: Tensor) -> None:
    """Adds `y` to `x` in place."""
    ### BEGIN SOLUTION
    x.add_(y)
    ### END SOLUTION
