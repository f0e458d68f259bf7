"""Plausible wrong versions of `hvp`, each with its misconception."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your result is the gradient of f.",
    zh="你的结果是 f 的梯度。",
)
def returns_the_gradient(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    if not y.requires_grad:
        return torch.zeros_like(x)

    return torch.autograd.grad(y, leaf, materialize_grads=True)[0]


@mutant(
    en="Your result is the gradient of f times v, element by element.",
    zh="你的结果是 f 的梯度与 v 逐元素相乘。",
)
def gradient_times_v(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    if not y.requires_grad:
        return torch.zeros_like(x)

    return torch.autograd.grad(y, leaf, materialize_grads=True)[0] * v


@mutant(
    en="Your product is approximate: it comes from a difference of two gradients.",
    zh="你的乘积只是近似值：它来自两个梯度之差。",
)
def finite_differences(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    step = 1e-6
    found = []
    for sign in (1, -1):
        leaf = (x.detach() + sign * step * v).requires_grad_()
        y = f(leaf)
        if not y.requires_grad:
            return torch.zeros_like(x)
        found.append(torch.autograd.grad(y, leaf, materialize_grads=True)[0].detach())
    return (found[0] - found[1]) / (2 * step)


@mutant(
    en="Your backward pass also adds to the `.grad` of tensors that f uses besides x.",
    zh="你的反向传播还往 f 用到的其他张量的 `.grad` 里累加了梯度。",
)
def writes_into_other_grads(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    if not y.requires_grad:
        return torch.zeros_like(x)
    (gradient,) = torch.autograd.grad(y, leaf, create_graph=True, materialize_grads=True)
    if gradient.requires_grad:
        gradient.backward(v)
    return torch.zeros_like(x) if leaf.grad is None else leaf.grad


@mutant(
    en="Your result is the sum of the gradient and of H·v: the second backward pass adds to the first one's `.grad`.",
    zh="你的结果是梯度与 H·v 之和：第二次反向传播累加在第一次留下的 `.grad` 上。",
)
def gradient_left_in_grad(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    if not y.requires_grad:
        return torch.zeros_like(x)
    y.backward(create_graph=True, inputs=[leaf])
    gradient = leaf.grad
    if gradient is None:
        return torch.zeros_like(x)
    if gradient.requires_grad:
        (gradient * v).sum().backward(inputs=[leaf])
    result = leaf.grad.detach().clone()
    leaf.grad = None
    return result


@mutant(
    en="Your call fails when f is linear in x or does not depend on it.",
    zh="当 f 关于 x 是线性的，或与 x 无关时，你的调用会出错。",
)
def fails_for_linear_functions(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    return torch.autograd.grad(gradient, leaf, v)[0]


@mutant(
    en="Your first gradient is a constant for autograd, so that it cannot be differentiated again.",
    zh="你第一次求得的梯度对自动求导来说是常数，无法再求导。",
)
def first_graph_missing(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    if not y.requires_grad:
        return torch.zeros_like(x)

    (gradient,) = torch.autograd.grad(y, leaf, materialize_grads=True)
    return torch.autograd.grad(gradient, leaf, v, materialize_grads=True)[0]
