"""Broadcasting: how shapes line up, what flows back, and arithmetic that needs no loop."""
from __future__ import annotations
from collections.abc import Sequence
import torch
from torch import Tensor


def broadcast_shape(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    """Returns the shape of a sum of two tensors of shapes `a` and `b`, as a tuple.

    The shapes are aligned at the right; a missing dimension counts as 1. In each place equal sizes stay, and a 1
    gives way to the other size, also to 0. Works on the integers alone and creates no tensor.

    Raises:
        ValueError: if two sizes of a place differ and neither is 1.
    """
    rank = max(len(a), len(b))
    padded_a = (1,) * (rank - len(a)) + tuple(a)
    padded_b = (1,) * (rank - len(b)) + tuple(b)
    sizes = []
    for size_a, size_b in zip(padded_a, padded_b, strict=True):
        if size_a != size_b and 1 not in (size_a, size_b):
            raise ValueError(f"shapes {tuple(a)} and {tuple(b)} do not broadcast")
        sizes.append(size_b if size_a == 1 else size_a)
    return tuple(sizes)


def unbroadcast(grad: Tensor, shape: Sequence[int]) -> Tensor:  # (*any), shape -> (*shape)
    """Sums `grad` down to `shape`: the adjoint of `x.expand(grad.shape)` for an `x` of shape `shape`.

    Each element of the result is the sum of all elements of `grad` that are copies of it. `shape` broadcasts to
    `grad.shape`; where the two are equal, the values stay as they are.
    """
    added = grad.ndim - len(shape)
    dims = [dim for dim in range(grad.ndim) if dim < added or shape[dim - added] == 1]
    if not dims:  # an empty list would sum over everything
        return grad
    return grad.sum(dim=dims, keepdim=True).reshape(tuple(shape))


def outer_sum(x: Tensor, y: Tensor) -> Tensor:  # (*B, n), (*B, m) -> (*B, n, m)
    """Adds every pair of elements: out[..., i, j] = x[..., i] + y[..., j].

    There are any number of batch dimensions `*B`, the same for both, also none.
    """
    return x.unsqueeze(-1) + y.unsqueeze(-2)


def normalize_channels(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:  # (N, C, H, W), (C,), (C,) -> (N, C, H, W)
    """Normalises each channel: out[n, c, h, w] = (img[n, c, h, w] - mean[c]) / std[c].

    `img` has the dtype of `mean` and `std`, or is uint8; the result has the dtype of `mean`.
    """
    raise NotImplementedError("normalize_channels")


def standardize(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:  # (*any) -> the same shape
    """Standardises along `dim`: (x - mean) / sqrt(var + eps), with the biased variance (divided by the size of `dim`).

    `dim` may be negative. A constant slice gives zeros. Accurate in float32 also where the mean is large.
    """
    raise NotImplementedError("standardize")


def pairwise_sq_dist(x: Tensor, y: Tensor) -> Tensor:  # (n, d), (m, d) -> (n, m)
    """Squared Euclidean distances: out[i, j] = sum over k of (x[i, k] - y[j, k]) ** 2.

    `n` and `m` may be 0. Never negative, exactly 0 for equal points, and accurate for close points far from 0.
    """
    raise NotImplementedError("pairwise_sq_dist")


def masked_mean(
    x: Tensor, mask: Tensor, dim: int
) -> Tensor:  # (*any), bool broadcastable to x -> x's shape without dim
    """Averages, along `dim`, the elements of `x` where `mask` is True; 0 where nothing is selected.

    Elements that are not selected may be NaN or infinite; they change neither the result nor the gradient, which is
    0 for them. `dim` is a dimension of `x` and may be negative; it is dropped from the result.
    """
    raise NotImplementedError("masked_mean")
