"""Right versions of `chain_grads` in other styles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def retained_gradients(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    start = x.detach().clone().requires_grad_()
    current, ys = start, []
    for function in fns:
        current = function(current)
        current.retain_grad()
        ys.append(current)
    current.sum().backward(inputs=[start, *ys])
    return start.grad, [y.grad for y in ys]


@variant
def step_by_step(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    inputs, outputs, current = [], [], x
    for function in fns:
        leaf = current.detach().requires_grad_()
        current = function(leaf)
        inputs.append(leaf)
        outputs.append(current)
    gradient = torch.ones_like(current, requires_grad=False)
    found = []
    for leaf, y in zip(reversed(inputs), reversed(outputs), strict=True):
        found.insert(0, gradient)
        (gradient,) = torch.autograd.grad(y, leaf, gradient)
    return gradient.detach(), found


@variant
def one_question_for_each(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    ys = [x.detach().requires_grad_()]
    for function in fns:
        ys.append(function(ys[-1]))
    total = torch.sum(ys[-1])
    found = [torch.autograd.grad(total, y, retain_graph=True)[0] for y in ys]
    return found.pop(0), found
