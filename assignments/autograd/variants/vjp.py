"""Right versions of `vjp` in other styles."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def sum_of_products(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    point = x.clone().detach()
    point.requires_grad = True
    with torch.enable_grad():
        total = (f(point) * v).sum() + 0 * point.sum()
    (answer,) = torch.autograd.grad(total, [point])
    return answer


@variant
def backward_with_inputs(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    leaf = torch.empty_like(x).copy_(x.detach()).requires_grad_(True)
    y = f(leaf)
    if y.grad_fn is not None:
        torch.autograd.backward(y, grad_tensors=v, inputs=(leaf,))
    elif y is leaf:
        return v.clone()
    return x.new_zeros(x.shape) if leaf.grad is None else leaf.grad


@variant
def row_by_row(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    point = x.detach().requires_grad_()
    y = f(point)
    out = torch.zeros_like(point.detach())
    if y.requires_grad:
        for entry, factor in zip(y.flatten(), v.flatten(), strict=True):
            (row,) = torch.autograd.grad(entry, point, retain_graph=True, allow_unused=True)
            if row is not None:
                out += factor * row
    return out
