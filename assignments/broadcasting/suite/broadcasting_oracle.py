"""Slow, readable specifications of the seven tasks, which the suite trusts.

They are written element by element, or with the torch operator that the exercise withholds from the student, and
never import a submission.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

SMALL_SHAPES = [shape for rank in range(3) for shape in itertools.product((0, 1, 2, 3), repeat=rank)]
"""All shapes of at most two dimensions with sizes 0 to 3."""


@functools.cache
def broadcast_or_none(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...] | None:
    """Walks both shapes from the right; None where they clash."""
    sizes: list[int] = []
    for back in range(1, max(len(a), len(b)) + 1):
        pair = {shape[-back] for shape in (a, b) if len(shape) >= back} - {1}
        if len(pair) > 1:
            return None
        sizes.insert(0, pair.pop() if pair else 1)
    return tuple(sizes)


def unbroadcast_spec(grad: Tensor, shape: Sequence[int]) -> Tensor:
    """Asks autograd what flows back through `expand`."""
    x = torch.zeros(tuple(shape), dtype=grad.dtype, requires_grad=True)
    return torch.autograd.grad((x.expand(grad.shape) * grad).sum(), x)[0]


def outer_sum_spec(x: Tensor, y: Tensor) -> Tensor:
    """Adds one pair of elements at a time."""
    rows = [torch.stack([x[..., i] + y[..., j] for j in range(y.shape[-1])], -1) for i in range(x.shape[-1])]
    return torch.stack(rows, -2)


def normalize_channels_spec(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Normalises one channel at a time."""
    channels = [(img[:, c].to(mean.dtype) - mean[c]) / std[c] for c in range(len(mean))]
    return torch.stack(channels, dim=1)


def standardize_spec(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    """Takes variance and mean together, from torch's own operator."""
    variance, mean = torch.var_mean(x, dim, correction=0, keepdim=True)
    return (x - mean) / torch.sqrt(variance + eps)


def pairwise_sq_dist_spec(x: Tensor, y: Tensor) -> Tensor:
    """Takes one pair of points at a time."""
    return torch.stack([torch.stack([(p - q).square().sum() for q in y]) for p in x])


def masked_mean_spec(x: Tensor, mask: Tensor, dim: int) -> Tensor:
    """Picks the selected elements of one slice at a time."""
    size = x.shape[dim]
    slices = x.movedim(dim, -1).reshape(-1, size)
    chosen = mask.expand(x.shape).movedim(dim, -1).reshape(-1, size)
    means = [row[keep].mean() if keep.any() else row.new_zeros(()) for row, keep in zip(slices, chosen, strict=True)]
    shape = list(x.shape)
    del shape[dim]
    return torch.stack(means).reshape(shape)


def gradients_of(
    spec: Callable[..., Tensor], inputs: Sequence[Tensor], cotangent: Tensor, *rest: object
) -> tuple[Tensor, ...]:
    """Returns what flows back from `cotangent` to each floating-point input of a specification."""
    leaves = {id(value): value.detach().clone().requires_grad_() for value in inputs if value.is_floating_point()}
    result = spec(*(leaves.get(id(value), value) for value in inputs), *rest)
    return torch.autograd.grad((result * cotangent).sum(), list(leaves.values()))


def in_other_memory(x: Tensor) -> Tensor:
    """Returns equal numbers whose first index moves fastest in memory, so that `view` cannot flatten them."""
    back = tuple(reversed(range(x.ndim)))
    return x.permute(back).contiguous().permute(back)
