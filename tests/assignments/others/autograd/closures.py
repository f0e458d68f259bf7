"""Own leaf, torch.autograd.grad, closures in Node."""
from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor


def _leaf(x):
    return x.detach().clone().requires_grad_(True)


def vjp(f, x, v):
    a = _leaf(x)
    y = f(a)
    if not y.requires_grad:
        return torch.zeros_like(x).detach()
    (g,) = torch.autograd.grad(y, a, grad_outputs=v, allow_unused=True)
    return torch.zeros_like(a).detach() if g is None else g.detach()


def jacobian(f, x):
    a = _leaf(x)
    y = f(a)
    shape = tuple(y.shape) + tuple(x.shape)
    if not y.requires_grad or y.numel() == 0:
        return torch.zeros(shape, dtype=x.dtype, device=x.device)
    rows = []
    for i in range(y.numel()):
        e = torch.zeros(y.numel(), dtype=y.dtype, device=y.device)
        e[i] = 1
        (g,) = torch.autograd.grad(y, a, e.reshape(y.shape), retain_graph=True, allow_unused=True)
        rows.append(torch.zeros_like(a) if g is None else g)
    return torch.stack(rows).reshape(shape).detach()


def hvp(f, x, v):
    a = _leaf(x)
    y = f(a)
    zero = torch.zeros(x.shape, dtype=x.dtype, device=x.device)
    if not y.requires_grad:
        return zero
    (g,) = torch.autograd.grad(y, a, create_graph=True, allow_unused=True)
    if g is None or not g.requires_grad:
        return zero
    (h,) = torch.autograd.grad(g, a, v, allow_unused=True)
    return zero if h is None else h.detach()


class SwishFn(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor):
        (x,) = ctx.saved_tensors
        z = ctx.beta * x
        s = torch.sigmoid(z)
        return grad * (s + z * s * (1 - s)), None


def stop_grad_mul(x, g):
    return x * g(x).detach()


def chain_grads(x, fns):
    a = _leaf(x)
    ys = [a]
    for fn in fns:
        ys.append(fn(ys[-1]))
    grads = torch.autograd.grad(ys[-1].sum(), ys)
    grads = [g.detach() for g in grads]
    return grads[0], grads[1:]


class Node:
    value: float
    grad: float

    def __init__(self, value, parents=()):
        self.value = float(value)
        self.grad = 0.0
        self.parents = tuple(parents)
        self.pull = None  # upstream -> contributions to parents

    @staticmethod
    def _wrap(o):
        return o if isinstance(o, Node) else Node(o)

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
                continue
            if id(node) in seen:
                continue
            seen.add(id(node))
            stack.append((node, True))
            for p in node.parents:
                if id(p) not in seen:
                    stack.append((p, False))
        d = {id(n): 0.0 for n in order}
        d[id(self)] = 1.0
        for node in reversed(order):
            up = d[id(node)]
            if node.parents:
                node.grad = up
                for p, c in zip(node.parents, node.pull(up)):
                    d[id(p)] += c
            else:
                node.grad += up

    def __neg__(self):
        out = Node(-self.value, (self,))
        out.pull = lambda u: (-u,)
        return out

    def __add__(self, other):
        other = Node._wrap(other)
        out = Node(self.value + other.value, (self, other))
        out.pull = lambda u: (u, u)
        return out

    __radd__ = __add__

    def __sub__(self, other):
        return self + (-Node._wrap(other))

    def __rsub__(self, other):
        return Node._wrap(other) + (-self)

    def __mul__(self, other):
        other = Node._wrap(other)
        out = Node(self.value * other.value, (self, other))
        out.pull = lambda u: (u * other.value, u * self.value)
        return out

    __rmul__ = __mul__

    def __truediv__(self, other):
        other = Node._wrap(other)
        out = Node(self.value / other.value, (self, other))
        out.pull = lambda u: (u / other.value, -u * self.value / other.value**2)
        return out

    def __rtruediv__(self, other):
        return Node._wrap(other) / self

    def __pow__(self, exponent):
        out = Node(self.value**exponent, (self,))
        out.pull = lambda u: (u * exponent * self.value ** (exponent - 1),)
        return out

    def tanh(self):
        t = math.tanh(self.value)
        out = Node(t, (self,))
        out.pull = lambda u: (u * (1 - t * t),)
        return out

    def exp(self):
        e = math.exp(self.value)
        out = Node(e, (self,))
        out.pull = lambda u: (u * e,)
        return out

    def relu(self):
        out = Node(max(self.value, 0.0), (self,))
        out.pull = lambda u: (u if self.value > 0 else 0.0,)
        return out
