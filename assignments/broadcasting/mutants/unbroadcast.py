"""Plausible wrong versions of `unbroadcast`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `unbroadcast` sums the added leading dimensions only, and not those stretched from size 1.",
    zh="你的 `unbroadcast` 只对新增的前导维度求和，没有对由 1 拉伸出来的维度求和。",
)
def sums_leading_dims_only(grad: Tensor, shape: Sequence[int]) -> Tensor:
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    return grad


@mutant(
    en="Your `unbroadcast` sums the dimensions stretched from size 1 only, and keeps the added leading ones.",
    zh="你的 `unbroadcast` 只对由 1 拉伸出来的维度求和，留下了新增的前导维度。",
)
def sums_stretched_dims_only(grad: Tensor, shape: Sequence[int]) -> Tensor:
    added = grad.ndim - len(shape)
    dims = [dim for dim in range(added, grad.ndim) if shape[dim - added] == 1]
    return grad.sum(dim=dims, keepdim=True) if dims else grad


@mutant(
    en="Your `unbroadcast` picks the first of the copies; all copies have to be summed.",
    zh="你的 `unbroadcast` 只取了第一份拷贝；所有拷贝都应当相加。",
)
def takes_the_first_copy(grad: Tensor, shape: Sequence[int]) -> Tensor:
    while grad.ndim > len(shape):
        grad = grad[0]
    for dim, size in enumerate(shape):
        if size == 1:
            grad = grad.narrow(dim, 0, 1)
    return grad.clone()


@mutant(
    en="Your `unbroadcast` sums one dimension after the other without keeping them, so that later indices are off.",
    zh="你的 `unbroadcast` 逐个维度求和却没有保留它们，后面的下标因此错位。",
)
def indices_shift_while_summing(grad: Tensor, shape: Sequence[int]) -> Tensor:
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    for dim, size in enumerate(shape):
        if size == 1 and dim < grad.ndim:
            grad = grad.sum(dim)
    return grad.reshape(tuple(shape))


@mutant(
    en="Your `unbroadcast` looks sizes up in `shape` with the indices of `grad`, before leading dims are dropped.",
    zh="你的 `unbroadcast` 没有先去掉前导维度，就用 `grad` 的下标去查 `shape` 中的大小。",
)
def uses_indices_of_grad(grad: Tensor, shape: Sequence[int]) -> Tensor:
    for dim in range(len(shape)):
        if shape[dim] == 1:
            grad = grad.sum(dim, keepdim=True)
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    return grad


@mutant(
    en="Your `unbroadcast` writes into `grad`; the argument has to stay as it is.",
    zh="你的 `unbroadcast` 改写了 `grad`；参数应当保持不变。",
)
def writes_into_grad(grad: Tensor, shape: Sequence[int]) -> Tensor:
    added = grad.ndim - len(shape)
    for dim in range(grad.ndim):
        if (dim < added or shape[dim - added] == 1) and grad.shape[dim] > 0:
            for copy in range(1, grad.shape[dim]):
                grad.select(dim, 0).add_(grad.select(dim, copy))
            grad = grad.narrow(dim, 0, 1)
    dims = [dim for dim in range(grad.ndim) if dim < added or shape[dim - added] == 1]
    return grad.sum(dim=dims, keepdim=True).reshape(tuple(shape)) if dims else grad


@mutant(
    en="Your `unbroadcast` passes an empty list of dims to `sum`, which sums over everything.",
    zh="你的 `unbroadcast` 把空的维度列表传给 `sum`，这会对所有元素求和。",
)
def sums_over_an_empty_list(grad: Tensor, shape: Sequence[int]) -> Tensor:
    added = grad.ndim - len(shape)
    leading = grad.sum(dim=list(range(added)))
    dims = [dim for dim, size in enumerate(shape) if size == 1]
    return leading.sum(dim=dims, keepdim=True) if dims else leading


@mutant(
    en="Your `unbroadcast` lines the shapes up at the left; broadcasting lines them up at the right.",
    zh="你的 `unbroadcast` 从左边对齐形状；广播是从右边对齐的。",
)
def aligns_at_the_left(grad: Tensor, shape: Sequence[int]) -> Tensor:
    while grad.ndim > len(shape):
        grad = grad.sum(-1)
    for dim, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(dim, keepdim=True)
    return grad
