"""Dropout: random masks whose mean is one, what flows back through them, and where they belong in a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn


def dropout_mask(
    shape: Sequence[int],
    p: float,
    *,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:  # -> (*shape)
    """Draws a mask: each entry is 0 with probability `p`, else 1 / (1 - p), independently of all others.

    With p = 0 all entries are 1, with p = 1 all are 0. Draws from `generator`, or from the global one if it is None.

    Raises:
        ValueError: if `p` is outside [0, 1].
    """
    ### BEGIN SOLUTION
    if not 0 <= p <= 1:
        raise ValueError(f"a probability lies between 0 and 1, not at {p}")
    keep = torch.rand(tuple(shape), generator=generator, device=device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return keep.to(dtype) * scale
    ### END SOLUTION


def dropout(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:  # (*any) -> (*any)
    """Inverted dropout: in training each element becomes 0 with probability `p`, else x / (1 - p).

    In evaluation nothing happens to `x`. The gradient of `x` is the upstream gradient times the same mask.
    """
    ### BEGIN SOLUTION
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale
    ### END SOLUTION


class DropoutFn(torch.autograd.Function):
    """Dropout in training mode with a backward of its own: `DropoutFn.apply(x, p, generator)`."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:  # (*any) -> (*any)
        """Each element becomes 0 with probability `p`, else x / (1 - p); keeps in `ctx` what backward needs."""
        ### BEGIN SOLUTION
        keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
        scale = 1 / (1 - p) if p < 1 else 0.0
        ctx.save_for_backward(keep)
        ctx.scale = scale
        return x * keep * scale
        ### END SOLUTION

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor | None, ...]:  # (*any) -> (*any), None, None
        """Returns one gradient for each argument of `forward`: the mask of `forward` for `x`, none for the others."""
        ### BEGIN SOLUTION
        (keep,) = ctx.saved_tensors
        return grad_output * keep * ctx.scale, None, None
        ### END SOLUTION


class Dropout(nn.Module):
    """Dropout as a layer: active in training mode, the identity in evaluation mode. It has no state to save.

    Attributes:
        p: the probability of dropping an element; may be changed at any time.

    Raises:
        ValueError: at construction, if `p` is outside [0, 1].
    """

    def __init__(self, p: float = 0.5) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"a probability lies between 0 and 1, not at {p}")
        self.p = p
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:  # (*any) -> (*any)
        """Applies dropout with a new mask from the global generator, or returns `x` in evaluation mode."""
        ### BEGIN SOLUTION
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale
        ### END SOLUTION


def dropout2d(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:  # (N, C, H, W) -> (N, C, H, W)
    """Drops whole channels: each of the N * C planes becomes 0 with probability `p`, else x / (1 - p).

    Every sample draws for its own channels. In evaluation nothing happens to `x`.
    """
    ### BEGIN SOLUTION
    if not training:
        return x
    keep = torch.rand((*x.shape[:2], 1, 1), generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale
    ### END SOLUTION


def mlp_dropout(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:  # (N, I), (I, H), (H,), (H, O), (O,) -> (N, O)
    """Returns the logits dropout(h) @ w2 + b2 of a network with the hidden layer h = sigmoid(x @ w1 + b1).

    Only the hidden layer is dropped, and only in training.
    """
    ### BEGIN SOLUTION
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        scale = 1 / (1 - p) if p < 1 else 0.0
        hidden = hidden * keep * scale
    return hidden @ w2 + b2
    ### END SOLUTION
