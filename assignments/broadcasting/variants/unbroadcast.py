"""Right solutions of `unbroadcast` in other styles; each gets full marks."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from grader.suite.mutants import variant


@variant
def one_dim_after_the_other(grad: Tensor, shape: Sequence[int]) -> Tensor:
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    for dim, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(dim, keepdim=True)
    return grad


@variant
def from_the_last_dim(grad: Tensor, shape: Sequence[int]) -> Tensor:
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    for dim in reversed(range(grad.ndim)):
        if padded[dim] != grad.shape[dim]:
            grad = grad.sum(dim, keepdim=True)
    return grad.reshape(tuple(shape))


@variant
def with_unbound_slices(grad: Tensor, shape: Sequence[int]) -> Tensor:
    total = grad.clone()
    for dim in range(grad.ndim):
        back = grad.ndim - dim
        if (back > len(shape) or shape[-back] == 1) and grad.shape[dim] != 1:
            parts = total.unbind(dim)
            merged = parts[0].clone() if parts else total.sum(dim)
            for part in parts[1:]:
                merged = merged + part
            total = merged.unsqueeze(dim)
    return total.reshape(tuple(shape))
