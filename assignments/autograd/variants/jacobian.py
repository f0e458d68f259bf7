"""Right versions of `jacobian` in other styles."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def one_hot_cotangents(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    point = x.detach().clone().requires_grad_(True)
    y = f(point)
    if y.numel() == 0 or y.grad_fn is None and y is not point:
        return torch.zeros(*y.shape, *x.shape, dtype=x.dtype, device=x.device)
    rows = []
    for index in range(y.numel()):
        hot = torch.zeros_like(y).reshape(-1)
        hot[index] = 1
        (row,) = torch.autograd.grad(y, point, hot.reshape(y.shape), retain_graph=True, allow_unused=True)
        rows.append(torch.zeros_like(x) if row is None else row)
    return torch.stack(rows).view(*y.shape, *x.shape).detach() if y.ndim or x.ndim else rows[0].detach()


@variant
def unbound_outputs(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    with torch.enable_grad():
        point = x.detach().requires_grad_()
        y = f(point)
        outputs = y.flatten().unbind() if y.requires_grad else ()
    result = torch.zeros((*y.shape, *x.shape), dtype=x.dtype, device=x.device)
    flat = result.view(y.numel(), x.numel())
    for row, output in zip(flat, outputs, strict=False):
        gradient = torch.autograd.grad(output, point, retain_graph=True, allow_unused=True)[0]
        if gradient is not None:
            row.copy_(gradient.reshape(-1))
    return result


@variant
def cleared_grad(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    pieces = []
    for entry in y.reshape(-1):
        leaf.grad = None
        if entry.requires_grad:
            entry.backward(inputs=[leaf], retain_graph=True)
        pieces.append(torch.zeros_like(x) if leaf.grad is None else leaf.grad)
    if not pieces:
        return x.new_empty(y.shape + x.shape)
    return torch.stack(pieces).detach().reshape(y.shape + x.shape)
