"""Plausible wrong versions of `chain_grads`, each with its misconception."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your chain is cut between the steps: no gradient gets through the last function to what came before.",
    zh="你的链在每一步之间都断开了：梯度穿不过最后一个函数，传不到更前面。",
)
def detached_between_steps(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    ys = [x.detach().requires_grad_()]
    for function in fns:
        ys.append(function(ys[-1].detach().requires_grad_()))
    return_values = torch.autograd.grad(ys[-1].sum(), ys, materialize_grads=True)
    return return_values[0], list(return_values[1:])


@mutant(
    en="Your gradients are those of each step alone: they are not multiplied along the chain.",
    zh="你的梯度只是每一步各自的梯度：没有沿着链相乘。",
)
def local_gradients_only(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    points, found = [x.detach()], []
    for function in fns:
        leaf = points[-1].requires_grad_()
        y = function(leaf)
        found.append(torch.autograd.grad(y.sum(), leaf)[0])
        points.append(y.detach())
    found.append(torch.ones_like(points[-1]))
    return found[0], found[1:]


@mutant(
    en="Your call adds to the caller's `x.grad` when x requires grad.",
    zh="当 x 需要梯度时，你的调用往它的 `.grad` 里累加了内容。",
)
def writes_into_x_grad(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    start = x if x.requires_grad else x.detach().requires_grad_()
    ys = [start]
    for function in fns:
        ys.append(function(ys[-1]))
    found = torch.autograd.grad(ys[-1].sum(), ys)
    start.grad = found[0] if start.grad is None else start.grad + found[0]
    return found[0], list(found[1:])


@mutant(
    en="Your call fails when there are no functions.",
    zh="没有函数时，你的调用会出错。",
)
def fails_without_functions(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    start = x.detach().requires_grad_()
    ys = []
    current = start
    for function in fns:
        current = function(current)
        ys.append(current)
    gradient, *gradients = torch.autograd.grad(ys[-1].sum(), [start, *ys])
    return gradient, gradients
