"""Right versions of `hvp` in other styles."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def derivative_along_v(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    point = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        value = f(point) + 0.0 * (point * point).sum()
        slope = torch.autograd.grad(value, point, create_graph=True)[0]
        along = (slope * v).sum()
    return torch.autograd.grad(along, point)[0]


@variant
def row_by_row(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    point = x.detach().requires_grad_()
    y = f(point)
    rows = torch.zeros(x.numel(), x.numel(), dtype=x.dtype, device=x.device)
    if y.requires_grad:
        (slope,) = torch.autograd.grad(y, point, create_graph=True, allow_unused=True)
        if slope is not None and slope.requires_grad:
            for index, entry in enumerate(slope.flatten()):
                (row,) = torch.autograd.grad(entry, point, retain_graph=True, allow_unused=True)
                if row is not None:
                    rows[index] = row.flatten()
    return (rows @ v.flatten()).reshape(x.shape)


@variant
def gradient_along_a_line(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    time = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    base = x.detach().clone().requires_grad_()
    value = f(base + time * v)
    if not value.requires_grad:
        return torch.zeros_like(x)
    (speed,) = torch.autograd.grad(value, time, create_graph=True, allow_unused=True)
    if speed is None or not speed.requires_grad:
        return torch.zeros_like(x)
    (product,) = torch.autograd.grad(speed, base, allow_unused=True)
    return torch.zeros_like(x) if product is None else product
