"""Plausible wrong versions of `chain_grads`, each with its misconception."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your gradients of the intermediate results are `None`: they are no leaves and were not asked to retain them.",
    zh="你的中间结果的梯度是 `None`：它们不是叶子，也没有被要求保留梯度。",
)
def no_retained_gradients(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    ys = [x.detach().requires_grad_()]
    for function in fns:
        ys.append(function(ys[-1]))

    ys[-1].sum().backward()
    return ys[0].grad, [y.grad if y is not ys[0] else ys[0].grad for y in ys[1:]]


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
    en="Your list of gradients is in the order of the backward pass, from the last result to the first.",
    zh="你的梯度列表用的是反向传播的顺序：从最后一个结果排到第一个。",
)
def list_reversed(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    ys = [x.detach().requires_grad_()]
    for function in fns:
        ys.append(function(ys[-1]))

    gradient, *gradients = torch.autograd.grad(ys[-1].sum(), ys)
    return gradient, gradients[::-1]


@mutant(
    en="Your gradients are all one and the same: that of x.",
    zh="你的各个梯度全都一样：都是 x 的梯度。",
)
def one_tensor_for_all(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    ys = [x.detach().requires_grad_()]
    for function in fns:
        ys.append(function(ys[-1]))

    gradient = torch.autograd.grad(ys[-1].sum(), ys[0])[0]
    return gradient, [gradient] * len(fns)


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
    en="Your call adds to `.grad` of tensors that the functions use.",
    zh="你的调用往函数用到的张量的 `.grad` 里累加了内容。",
)
def writes_into_grads_of_the_functions(
    x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]
) -> tuple[Tensor, list[Tensor]]:
    ys = [x.detach().requires_grad_()]
    for function in fns:
        ys.append(function(ys[-1]))
        ys[-1].retain_grad()
    ys[-1].sum().backward()
    gradient, *gradients = [y.grad for y in ys]
    return gradient, gradients


@mutant(
    en="Your call makes the caller's x require grad.",
    zh="你的调用把调用者的 x 变成了需要梯度的张量。",
)
def sets_requires_grad_of_x(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    ys = [x.requires_grad_()]
    for function in fns:
        ys.append(function(ys[-1]))
    found = torch.autograd.grad(ys[-1].sum(), ys)
    return found[0], list(found[1:])


@mutant(
    en="Your list ends too early: it lacks the gradient of the last result.",
    zh="你的列表少了一项：缺了最后一个结果的梯度。",
)
def last_gradient_missing(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    ys = [x.detach().requires_grad_()]
    for function in fns:
        ys.append(function(ys[-1]))

    gradient, *gradients = torch.autograd.grad(ys[-1].sum(), ys)
    return gradient, gradients[:-1]


@mutant(
    en="Your list starts with the gradient of x, which belongs only beside it.",
    zh="你的列表以 x 的梯度开头，而它只应放在列表之外。",
)
def x_in_the_list(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    ys = [x.detach().requires_grad_()]
    for function in fns:
        ys.append(function(ys[-1]))

    gradients = list(torch.autograd.grad(ys[-1].sum(), ys))
    return gradients[0], gradients


@mutant(
    en="Your gradients are those of the mean of the last result instead of its sum.",
    zh="你求的是最后结果的均值的梯度，而不是和的梯度。",
)
def mean_instead_of_sum(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    ys = [x.detach().requires_grad_()]
    for function in fns:
        ys.append(function(ys[-1]))

    gradient, *gradients = torch.autograd.grad(ys[-1].mean(), ys)
    return gradient, gradients


@mutant(
    en="Your gradients are those of the sum over all results instead of over the last one only.",
    zh="你求的是所有结果之和的梯度，而不只是最后一个结果之和的梯度。",
)
def all_results_summed(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    ys = [x.detach().requires_grad_()]
    for function in fns:
        ys.append(function(ys[-1]))

    total = sum(y.sum() for y in ys[1:]) if fns else ys[0].sum()
    gradient, *gradients = torch.autograd.grad(total, ys)
    return gradient, gradients


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
