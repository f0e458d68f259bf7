"""Plausible wrong versions of `jacobian`, each with its misconception."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your dimensions are in the wrong order: those of x come first, those of f(x) after them.",
    zh="你的维度顺序反了：x 的维度排在前面，f(x) 的维度排在后面。",
)
def inputs_first(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    y = f(leaf)

    rows = x.new_zeros(y.numel(), x.numel())
    if y.requires_grad:
        for index, entry in enumerate(y.reshape(-1)):
            (row,) = torch.autograd.grad(entry, leaf, retain_graph=True, materialize_grads=True)
            rows[index] = row.reshape(-1)
    return rows.T.reshape(x.shape + y.shape)


@mutant(
    en="Your result is the gradient of the first output only.",
    zh="你的结果只是第一个输出的梯度。",
)
def first_row_only(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    y = f(leaf)

    if not y.requires_grad or not y.numel():
        return x.new_zeros(x.shape)
    return torch.autograd.grad(y.reshape(-1)[0], leaf, materialize_grads=True)[0]


@mutant(
    en="Your result is one gradient, that of the sum of all outputs, instead of one gradient for each output.",
    zh="你的结果只有一个梯度，即所有输出之和的梯度，而不是每个输出各一个。",
)
def sum_of_the_rows(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    y = f(leaf)

    if not y.requires_grad:
        return x.new_zeros(x.shape)
    return torch.autograd.grad(y.sum(), leaf, materialize_grads=True)[0]


@mutant(
    en="Your result is always a matrix: the dimensions of f(x) and of x are flattened.",
    zh="你的结果总是一个矩阵：f(x) 和 x 的维度都被展平了。",
)
def flat_matrix(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    y = f(leaf)

    rows = x.new_zeros(y.numel(), x.numel())
    if y.requires_grad:
        for index, entry in enumerate(y.reshape(-1)):
            (row,) = torch.autograd.grad(entry, leaf, retain_graph=True, materialize_grads=True)
            rows[index] = row.reshape(-1)
    return rows


@mutant(
    en="Your derivatives are approximate: they come from differences of values instead of from autograd.",
    zh="你的导数只是近似值：它们来自函数值之差，而不是自动求导。",
)
def finite_differences(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    step = 1e-6
    point = x.detach().clone()
    y = f(point).detach()
    columns = []
    for index in range(point.numel()):
        shift = torch.zeros_like(point).reshape(-1)
        shift[index] = step
        shift = shift.reshape(point.shape)
        columns.append((f(point + shift) - f(point - shift)).detach() / (2 * step))
    return torch.stack(columns, dim=-1).reshape(y.shape + x.shape)


@mutant(
    en="Your call fails when an output does not depend on x.",
    zh="只要有输出不依赖 x，你的调用就会出错。",
)
def fails_when_x_is_unused(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    y = f(leaf)

    rows = x.new_zeros(y.numel(), *x.shape)
    for index, entry in enumerate(y.reshape(-1)):
        (rows[index],) = torch.autograd.grad(entry, leaf, retain_graph=True)
    return rows.reshape(y.shape + x.shape)


@mutant(
    en="Your result still requires grad: it was made with a graph of its own.",
    zh="你的结果仍然需要梯度：求导时又为它建了一张计算图。",
)
def result_attached(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    y = f(leaf)

    rows = [x.new_zeros(x.shape)] * y.numel()
    if y.requires_grad:
        rows = [
            torch.autograd.grad(entry, leaf, create_graph=True, materialize_grads=True)[0] for entry in y.reshape(-1)
        ]
    return torch.stack(rows).reshape(y.shape + x.shape) if rows else x.new_zeros(y.shape + x.shape)
