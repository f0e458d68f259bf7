""".backward(inputs=...), hooks, directional parameter in hvp, tape-ordered Node with eager local derivatives."""
from __future__ import annotations

import heapq
import itertools
import math

import torch
from torch import Tensor
from torch.autograd import Function


def _pull(y: Tensor, leaf: Tensor, seed: Tensor, keep: bool = False) -> Tensor:
    leaf.grad = None
    if y.requires_grad:
        torch.autograd.backward([y], [seed], retain_graph=keep, inputs=[leaf])
    got, leaf.grad = leaf.grad, None
    return leaf.detach().mul(0).contiguous() if got is None else got.detach()


def vjp(f, x, v):
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        return _pull(f(leaf), leaf, v)


def jacobian(f, x):
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    out = x.detach().new_zeros((*y.shape, *x.shape))
    for idx in itertools.product(*map(range, y.shape)):
        seed = torch.zeros_like(y.detach())
        seed[idx] = 1.0
        out[idx] = _pull(y, leaf, seed, keep=True)
    return out


def hvp(f, x, v):
    """d/dx [d/dt f(x + t v)] at t = 0."""
    leaf = x.detach().requires_grad_()
    t = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    y = f(leaf + t * v)
    if y.requires_grad:
        slope = torch.autograd.grad(y, t, create_graph=True, materialize_grads=True)[0]
        if slope.requires_grad:
            return torch.autograd.grad(slope, leaf, materialize_grads=True)[0].detach()
    return torch.zeros_like(leaf, requires_grad=False)


def _sig(z: Tensor) -> Tensor:
    return 0.5 * (1 + torch.tanh(0.5 * z))


class SwishFn(Function):
    @staticmethod
    def forward(x, beta):
        return x.mul(_sig(x.mul(beta)))

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.b = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, grad):
        x = ctx.saved_tensors[0]
        t = torch.tanh(x * (ctx.b / 2))
        # s = (1+t)/2, s(1-s) = (1-t^2)/4
        return grad * ((1 + t) / 2 + x * ctx.b * (1 - t.square()) / 4), None


class _ScaleBy(Function):
    @staticmethod
    def forward(ctx, x, c):
        ctx.save_for_backward(c)
        return x * c

    @staticmethod
    def backward(ctx, up):
        (c,) = ctx.saved_tensors
        return up * c, None


def stop_grad_mul(x, g):
    return _ScaleBy.apply(x, g(x.detach()).detach().clone())


def chain_grads(x, fns):
    grads: dict[int, Tensor] = {}
    y = x.detach().requires_grad_()
    leaf = y

    def watch(t, k):
        t.register_hook(lambda g: grads.__setitem__(k, g.detach().clone()))

    watch(y, 0)
    for k, fn in enumerate(fns, 1):
        y = fn(y)
        watch(y, k)
    y.sum().backward(inputs=[leaf])
    return grads[0], [grads[k] for k in range(1, len(fns) + 1)]


_serial = itertools.count()


class Node:
    __slots__ = ("value", "grad", "_edges", "_id")

    def __init__(self, value, parents=(), slopes=()):
        self.value, self.grad = value, 0.0
        self._edges = list(zip(parents, slopes))
        self._id = next(_serial)

    def backward(self):
        adj = {self: 1.0}
        heap = [(-self._id, self)]
        while heap:
            _, n = heapq.heappop(heap)
            d = adj.pop(n)
            if not n._edges:
                n.grad += d
                continue
            n.grad = d
            for p, s in n._edges:
                if p not in adj:
                    adj[p] = 0.0
                    heapq.heappush(heap, (-p._id, p))
                adj[p] += d * s

    def _un(self, value, slope):
        return Node(value, (self,), (slope,))

    def __neg__(self):
        return self._un(-self.value, -1.0)

    def __add__(self, o):
        if not isinstance(o, Node):
            return self._un(self.value + o, 1.0)
        return Node(self.value + o.value, (self, o), (1.0, 1.0))

    def __radd__(self, o):
        return self + o

    def __sub__(self, o):
        if not isinstance(o, Node):
            return self._un(self.value - o, 1.0)
        return Node(self.value - o.value, (self, o), (1.0, -1.0))

    def __rsub__(self, o):
        return self._un(o - self.value, -1.0)

    def __mul__(self, o):
        if not isinstance(o, Node):
            return self._un(self.value * o, o)
        return Node(self.value * o.value, (self, o), (o.value, self.value))

    def __rmul__(self, o):
        return self * o

    def __truediv__(self, o):
        if not isinstance(o, Node):
            return self._un(self.value / o, 1 / o)
        q = self.value / o.value
        return Node(q, (self, o), (1 / o.value, -q / o.value))

    def __rtruediv__(self, o):
        q = o / self.value
        return self._un(q, -q / self.value)

    def __pow__(self, c):
        return self._un(self.value**c, c * self.value ** (c - 1))

    def tanh(self):
        t = math.tanh(self.value)
        return self._un(t, 1 - t**2)

    def exp(self):
        e = math.exp(self.value)
        return self._un(e, e)

    def relu(self):
        return self._un(self.value, 1.0) if self.value > 0 else self._un(0.0, 0.0)
