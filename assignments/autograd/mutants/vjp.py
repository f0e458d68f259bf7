"""Plausible wrong versions of `vjp`, each with its misconception."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your gradient is added to the caller's `x.grad`.",
    zh="你把梯度累加进了调用者的 `x.grad`。",
)
def writes_into_x_grad(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    leaf = x if x.requires_grad else x.detach().requires_grad_()
    y = f(leaf)
    if not y.requires_grad:
        return torch.zeros_like(x)
    if not leaf.is_leaf:
        leaf.retain_grad()
    y.backward(v, inputs=[leaf])
    return torch.zeros_like(x) if leaf.grad is None else leaf.grad.clone()


@mutant(
    en="Your call makes the caller's x require grad.",
    zh="你的调用把调用者的 x 变成了需要梯度的张量。",
)
def sets_requires_grad_of_x(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    x.requires_grad_()
    y = f(x)
    if not y.requires_grad:
        return torch.zeros_like(x)
    return torch.autograd.grad(y, x, v, materialize_grads=True)[0]


@mutant(
    en="Your call fails when f does not use x, whether or not its result requires grad because of other tensors.",
    zh="当 f 没有用到 x 时（无论结果是不需要梯度，还是只因别的张量而需要梯度），你的调用会出错。",
)
def fails_when_x_is_unused(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    return torch.autograd.grad(f(leaf), leaf, v)[0]


@mutant(
    en="Your call fails when f returns a tensor that does not require grad at all.",
    zh="当 f 返回的张量根本不需要梯度时，你的调用会出错。",
)
def fails_when_nothing_requires_grad(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    return torch.autograd.grad(f(leaf), leaf, v, materialize_grads=True)[0]


@mutant(
    en="Your result is not a tensor of zeros, but `None`, when f does not use x.",
    zh="当 f 没有用到 x 时，你返回的是 `None`，而不是全零张量。",
)
def none_when_x_is_unused(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    if not y.requires_grad:
        return None
    return torch.autograd.grad(y, leaf, v, allow_unused=True)[0]


@mutant(
    en="Your backward pass also adds to the `.grad` of tensors that f uses besides x.",
    zh="你的反向传播还往 f 用到的其他张量的 `.grad` 里累加了梯度。",
)
def writes_into_other_grads(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    if y.requires_grad:
        y.backward(v)
    return torch.zeros_like(x) if leaf.grad is None else leaf.grad
